using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>A portal over a real socket that keeps the five rules of docs/portal.md, and notes whether the hub does.</summary>
internal sealed class TestPortal : IAsyncDisposable
{
    /// <summary>Less than the time after which a feed reads anew what it watches, which would hide what was lost on the way.</summary>
    public static readonly TimeSpan Unhealed = TimeSpan.FromSeconds(20);

    private readonly HubConnection _hub;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonElement> _devices = [];
    private readonly Dictionary<string, long> _lastSeq = [];
    private List<Action>? _early;
    private int _watches;

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
        _hub.On<JsonElement>("device_status", told => Hear([.. told.EnumerateArray()]));
        _hub.On<JsonElement>("device_registered", told => Hear([told]));
        _hub.On<JsonElement>("device_updated", told => Hear([told]));
        _hub.On<JsonElement>("device_removed", told => Remove(told.GetProperty("deviceId").GetString()!));
        _hub.On<JsonElement>("device_counts", counts => Counts = counts);
        _hub.On<JsonElement>("command_result", Commands.Enqueue);
        _hub.On<long>("device_mark", mark =>
        {
            Marks.Enqueue(mark);
            return Acknowledges ? AckAsync(mark) : Task.CompletedTask;
        });
        _hub.Closed += _ =>
        {
            Ended.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>Every word about a device, in the order it came.</summary>
    public ConcurrentQueue<JsonElement> Told { get; } = new();

    /// <summary>What the hub must never say: an older seq after a newer one, or a part of a device that is not known here.</summary>
    public ConcurrentQueue<string> Offences { get; } = new();

    /// <summary>Every word about a command.</summary>
    public ConcurrentQueue<JsonElement> Commands { get; } = new();

    public JsonElement Counts { get; private set; }

    public ConcurrentQueue<long> Marks { get; } = new();

    /// <summary>Answers marks by itself.</summary>
    public bool Acknowledges { get; set; }

    public TaskCompletionSource Ended { get; } = new();

    public IReadOnlyDictionary<string, JsonElement> Devices
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, JsonElement>(_devices);
            }
        }
    }

    public static async Task<TestPortal> OpenAsync(TestGateway gateway, string token)
    {
        var portal = new TestPortal(gateway, token);
        await portal._hub.StartAsync();
        return portal;
    }

    /// <summary>The answer replaces everything; what came before it is applied after it.</summary>
    public async Task<JsonElement> WatchAsync(object? request)
    {
        lock (_gate)
        {
            _early = [];
            _watches++;
        }

        var answer = await _hub.InvokeAsync<JsonElement>("Watch", request);
        lock (_gate)
        {
            _devices.Clear();
            foreach (var device in answer.GetProperty("devices").EnumerateArray())
            {
                _devices[Id(device)] = device;
            }

            var early = _early ?? [];
            _early = null;
            early.ForEach(take => take());
        }

        return answer;
    }

    public Task WatchCommandsAsync(object? deviceIds) => _hub.InvokeAsync("WatchCommands", deviceIds);

    public Task AckAsync(object mark) => _hub.InvokeAsync("Ack", mark);

    public Task UnwatchAsync() => _hub.InvokeAsync("Unwatch");

    public string? StatusOf(string deviceId) => Devices.TryGetValue(deviceId, out var device) ? device.GetProperty("status").GetString() : null;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private static string Id(JsonElement device) => device.GetProperty("deviceId").GetString()!;

    private static long Seq(JsonElement device) => device.GetProperty("seq").GetInt64();

    private static bool IsOlder(JsonElement a, JsonElement b) =>
        (Seq(a), a.GetProperty("lastSeen").GetString() ?? "").CompareTo((Seq(b), b.GetProperty("lastSeen").GetString() ?? "")) < 0;

    private void Hear(JsonElement[] devices)
    {
        lock (_gate)
        {
            foreach (var device in devices)
            {
                Told.Enqueue(device);
                if (_lastSeq.GetValueOrDefault(Id(device)) > Seq(device))
                {
                    Offences.Enqueue($"{Id(device)} went back from {_lastSeq[Id(device)]} to {Seq(device)}");
                }

                _lastSeq[Id(device)] = Seq(device);
                var early = _early is not null;
                Later(() => Merge(device, early));
            }
        }
    }

    private void Remove(string deviceId)
    {
        lock (_gate)
        {
            _lastSeq.Remove(deviceId);
            Later(() => _devices.Remove(deviceId));
        }
    }

    private void Later(Action take)
    {
        if (_early is not null)
        {
            _early.Add(take);
        }
        else
        {
            take();
        }
    }

    private void Merge(JsonElement device, bool early)
    {
        var whole = device.TryGetProperty("customerId", out _);
        if (_devices.TryGetValue(Id(device), out var known) ? !IsOlder(device, known) : whole)
        {
            _devices[Id(device)] = device;
        }
        else if (!early && _watches == 1 && known.ValueKind == default)
        {
            // Of a connection's first watch only: SignalR's client hands an answer over before messages that came ahead of it, so
            // what the hub said of a former watch may be heard after the new one's answer.
            Offences.Enqueue($"{Id(device)} is unknown and came in part");
        }
    }
}
