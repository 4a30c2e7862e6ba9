using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Rollcall.Running;
using Rollcall.Support.Http;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

/// <summary>
/// A portal at each gateway that watches some devices, comes again when its gateway does, and keeps what it is told. Not the
/// whole fleet: a snapshot ends at 5,000 devices, and other tests have left theirs in the same cluster.
/// </summary>
internal sealed class WatchingPortal : IAsyncDisposable
{
    private readonly List<View> _views = [];

    private readonly HashSet<string> _deviceIds;

    private WatchingPortal(IEnumerable<string> deviceIds) => _deviceIds = [.. deviceIds];

    public static async Task<WatchingPortal> OpenAsync(IEnumerable<Uri> gateways, IEnumerable<string> deviceIds)
    {
        var portal = new WatchingPortal(deviceIds);
        foreach (var gateway in gateways)
        {
            var view = new View(gateway, portal._deviceIds);
            portal._views.Add(view);
            await view.StartAsync();
        }

        return portal;
    }

    /// <summary>Waits until each view says of every device that is watched what the roll says.</summary>
    public async Task<string> IsCompleteAsync(IRoll roll, TimeSpan within)
    {
        string[] odd = [];
        var took = await Eventually.IsSoAsync(
            () =>
            {
                var stored = roll.Devices().Where(device => _deviceIds.Contains(device.Id)).ToArray();
                Assert.Equal(_deviceIds.Count, stored.Length);
                odd = [.. _views.SelectMany(
                    view => stored.Where(device => view.SeqOf(device.Id) != device.Seq).Select(device => $"{device} is {view.SeqOf(device.Id)}"))];
                return Task.FromResult(odd.Length == 0);
            },
            within, () => $"portals have every transition; {odd.Length} have not: {string.Join(", ", odd.Take(5))}");
        return $"{string.Join(" and ", _views)}, as the roll after {took.TotalSeconds:0.0} s";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var view in _views)
        {
            await view.DisposeAsync();
        }
    }

    private sealed class View : IAsyncDisposable
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, long> _seqs = [];
        private readonly HubConnection _hub;
        private readonly IReadOnlyCollection<string> _deviceIds;
        private int _told;
        private int _snapshots;

        public View(Uri gateway, IReadOnlyCollection<string> deviceIds)
        {
            _deviceIds = deviceIds;
            _hub = new HubConnectionBuilder().WithUrl(new Uri(gateway, "hubs/portal"), options =>
            {
                options.Transports = HttpTransportType.WebSockets;
                options.SkipNegotiation = true;
                options.AccessTokenProvider = () => Task.FromResult<string?>(PortalToken.Of("viewer", Cluster.Customer));
            }).WithAutomaticReconnect([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(300), 200)]).Build();
            _hub.On<JsonElement>("device_status", told => Take(told.EnumerateArray()));
            _hub.On<JsonElement>("device_registered", told => Take([told]));
            _hub.On<JsonElement>("device_updated", told => Take([told]));
            _hub.Reconnected += _ => WatchAsync();
        }

        public async Task StartAsync()
        {
            await _hub.StartAsync();
            await WatchAsync();
        }

        public long? SeqOf(string deviceId)
        {
            lock (_gate)
            {
                return _seqs.TryGetValue(deviceId, out var seq) ? seq : null;
            }
        }

        public override string ToString() => $"{_told} messages and {_snapshots} snapshots";

        public ValueTask DisposeAsync() => _hub.DisposeAsync();

        private async Task WatchAsync()
        {
            // A gateway that has just begun may be asked before its silos can answer.
            for (var left = 20; ; left--)
            {
                try
                {
                    var snapshot = await _hub.InvokeAsync<JsonElement>("Watch", new { deviceIds = _deviceIds, limit = 5_000 });
                    _snapshots++;
                    Take(snapshot.GetProperty("devices").EnumerateArray());
                    return;
                }
                catch (HubException) when (left > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
                }
            }
        }

        private void Take(IEnumerable<JsonElement> devices)
        {
            lock (_gate)
            {
                foreach (var device in devices)
                {
                    var (id, seq) = (device.GetProperty("deviceId").GetString()!, device.GetProperty("seq").GetInt64());
                    _seqs[id] = Math.Max(seq, _seqs.GetValueOrDefault(id));
                    _told++;
                }
            }
        }
    }
}
