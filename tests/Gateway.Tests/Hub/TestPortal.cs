using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Rollcall.Running;

namespace Rollcall.Hub;

/// <summary>A portal over a real socket that keeps the newest it was told of each device, as docs/portal.md says.</summary>
internal sealed class TestPortal : IAsyncDisposable
{
    private readonly HubConnection _hub;
    private readonly ConcurrentDictionary<string, JsonElement> _devices = new();

    private TestPortal(TestGateway gateway, string token)
    {
        _hub = new HubConnectionBuilder()
            .WithUrl(new Uri(gateway.Address, "/hubs/portal"), options =>
            {
                options.Transports = HttpTransportType.WebSockets;
                options.SkipNegotiation = true;
                options.AccessTokenProvider = () => Task.FromResult<string?>(token);
            })
            .Build();
        _hub.On<JsonElement>("device_status", told => Keep([.. told.EnumerateArray()]));
        _hub.On<JsonElement>("device_registered", told => Keep([told]));
        _hub.On<JsonElement>("device_removed", told => _devices.TryRemove(told.GetProperty("deviceId").GetString()!, out _));
        _hub.On<JsonElement>("device_counts", counts => Counts = counts);
        _hub.Closed += _ =>
        {
            Ended.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>Every word about a device, in the order it came.</summary>
    public ConcurrentQueue<JsonElement> Told { get; } = new();

    public JsonElement Counts { get; private set; }

    public TaskCompletionSource Ended { get; } = new();

    public IReadOnlyDictionary<string, JsonElement> Devices => _devices;

    public static async Task<TestPortal> OpenAsync(TestGateway gateway, string token)
    {
        var portal = new TestPortal(gateway, token);
        await portal._hub.StartAsync();
        return portal;
    }

    public async Task<JsonElement> WatchAsync(object request)
    {
        var answer = await _hub.InvokeAsync<JsonElement>("Watch", request);
        Keep([.. answer.GetProperty("devices").EnumerateArray()], told: false);
        return answer;
    }

    public string? StatusOf(string deviceId) => _devices.TryGetValue(deviceId, out var device) ? device.GetProperty("status").GetString() : null;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private void Keep(JsonElement[] devices, bool told = true)
    {
        foreach (var device in devices)
        {
            if (told)
            {
                Told.Enqueue(device);
            }

            _devices.AddOrUpdate(device.GetProperty("deviceId").GetString()!, device, (_, known) => Newer(device, known) ? device : known);
        }
    }

    private static bool Newer(JsonElement a, JsonElement b) =>
        (a.GetProperty("seq").GetInt64(), a.GetProperty("lastSeen").GetString() ?? "").CompareTo((b.GetProperty("seq").GetInt64(), b.GetProperty("lastSeen").GetString() ?? "")) >= 0;
}
