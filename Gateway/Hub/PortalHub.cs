using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Rollcall.Auth;
using Rollcall.Customers;
using Rollcall.Roster;

namespace Rollcall.Hub;

/// <summary>The portal's live line. Only the caller's own customer, always: it is taken from the token and from nowhere else.</summary>
[Authorize(Policies.Viewer)]
internal sealed class PortalHub(PortalFeed feed) : Microsoft.AspNetCore.SignalR.Hub
{
    private const int UsualLimit = 5_000;
    private const int MostIds = 5_000;

    public override Task OnConnectedAsync()
    {
        feed.Open(Context.ConnectionId, PortalCaller.Of(Context.User!)!.CustomerId);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        feed.Close(Context.ConnectionId);
        return Task.CompletedTask;
    }

    /// <summary>Watches devices; replaces the previous watch.</summary>
    public async Task<WatchAnswer> Watch(WatchRequest request)
    {
        var snapshot = await Ask(async () => await feed.Watch(Context.ConnectionId, Check(request)));
        return new WatchAnswer(
            [.. snapshot.Devices.Select(device => DeviceBody.Of(device.Device))],
            new CountsBody(snapshot.Counts.Total, snapshot.Counts.Online, snapshot.Counts.Offline),
            snapshot.Truncated);
    }

    /// <summary>Watches nothing any more.</summary>
    public void Unwatch() => feed.Unwatch(Context.ConnectionId);

    private static WatchQuery Check(WatchRequest request)
    {
        if (request.Limit is < 1 or > UsualLimit)
        {
            throw new HubException($"INVALID_REQUEST: limit must be 1 to {UsualLimit}.");
        }

        if (request.DeviceIds?.Count > MostIds || request.DeviceIds?.All(Ids.IsValid) == false)
        {
            throw new HubException($"INVALID_REQUEST: deviceIds must be at most {MostIds} ids.");
        }

        if (request.Q?.Length > Wire.Validation.LongestText || request.Q?.Contains('\0', StringComparison.Ordinal) == true)
        {
            throw new HubException($"INVALID_REQUEST: q must have at most {Wire.Validation.LongestText} characters.");
        }

        return new WatchQuery(request.Statuses, request.DeviceIds, string.IsNullOrEmpty(request.Q) ? null : request.Q, request.Limit ?? UsualLimit);
    }

    private static async Task<T> Ask<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (fault is not HubException)
        {
            throw new HubException("UNAVAILABLE: a fault of ours; try again in a moment.");
        }
    }
}
