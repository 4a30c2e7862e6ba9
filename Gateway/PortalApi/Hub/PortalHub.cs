using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Rollcall.Auth;
using Rollcall.Http;
using Rollcall.PortalApi.Devices;

namespace Rollcall.PortalApi.Hub;

/// <summary>The portal's live connection. It serves only the caller's own customer, which is taken from the token and from nowhere else.</summary>
[Authorize(Policies.Viewer)]
internal sealed class PortalHub(PortalFeed feed) : Microsoft.AspNetCore.SignalR.Hub
{
    public override Task OnConnectedAsync() =>
        feed.Open(Context.ConnectionId, PortalCaller.Of(Context.User!)!.CustomerId, Context.Abort)
            ? Task.CompletedTask
            : throw HubRefusal.TooMuch("too many portals of this customer are open.");

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        feed.Close(Context.ConnectionId);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Watches devices (<see cref="WatchRequest"/>); replaces the previous watch. A refused one changes nothing; after a fault of ours
    /// nothing is watched.
    /// </summary>
    public async Task<WatchAnswer> Watch(JsonElement request)
    {
        var (query, acknowledges) = WatchRequest.Read(request);
        var snapshot = await feed.WatchAsync(Context.ConnectionId, query, acknowledges);
        return new WatchAnswer(
            [.. snapshot.Devices.Select(device => DeviceBody.Of(device.Device))],
            CountsBody.Of(snapshot.Counts),
            snapshot.Truncated);
    }

    /// <summary>
    /// Sets the devices whose commands the client is sent; null: those that it watches, as at first. A page that shows one
    /// device's commands need not get the others'. Commands of another customer are never sent.
    /// </summary>
    public void WatchCommands(JsonElement deviceIds) => feed.WatchCommands(Context.ConnectionId, WatchRequest.ReadIds(deviceIds));

    /// <summary>Ends the watch.</summary>
    public Task Unwatch() => feed.UnwatchAsync(Context.ConnectionId);

    /// <summary>The client has taken everything up to a <c>device_mark</c>. Asked for with <see cref="WatchRequest.Acknowledge"/>.</summary>
    public void Ack(JsonElement mark)
    {
        if (!WholeNumber.TryRead(mark, out var number) || !feed.Acknowledge(Context.ConnectionId, number))
        {
            throw HubRefusal.Invalid("this is no device_mark of this connection.");
        }
    }
}
