using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Rollcall.Devices;

/// <summary>
/// Knows when this silo could not hear: no gateway, no store, or the process itself stood still. Our outage is not the
/// device's silence, so deadlines run from the end of such a time.
/// </summary>
internal sealed class OutageMonitor : IDisposable
{
    private static readonly TimeSpan LongestPulse = TimeSpan.FromSeconds(1);

    /// <summary>Gateways elsewhere say every 500 ms that they are there; two words missed are no proof, but a reason to wait.</summary>
    private static readonly TimeSpan Certainty = TimeSpan.FromSeconds(1.5);

    /// <summary>Of a gateway in this process, which cannot be lost without us.</summary>
    private static readonly TimeSpan Always = TimeSpan.MaxValue;
    private readonly ConcurrentDictionary<string, TimeSpan> _gateways = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _lost = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _suspects = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _stall;
    private readonly TimeSpan _remember;
    private readonly ITimer _pulse;
    private TimeSpan _lastPulse;
    private TimeSpan _lastOutageEnd;
    private bool _storeAway;
    private volatile bool _anyAlive;
    private long _losses;

    public OutageMonitor(TimeProvider clock, IOptions<DeviceOptions> options)
    {
        _clock = clock;
        // Well below half the timeout: a device that keeps the longest interval allowed is then never offline for a stall too short to notice.
        _stall = Earlier(options.Value.Stall, options.Value.HeartbeatTimeout / 3);
        _remember = 2 * options.Value.HeartbeatTimeout;
        _lastPulse = _lastOutageEnd = ClockReading.MonotonicNow(clock);
        var pulse = Earlier(LongestPulse, _stall / 4);
        _pulse = clock.CreateTimer(_ => Pulse(), null, pulse, pulse);
    }

    /// <summary>The end of the last time in which nothing could be heard; now, while that lasts.</summary>
    /// <remarks>Looks for a stall itself: after one, a twin's tick may run before the pulse does.</remarks>
    public TimeSpan LastOutageEnd()
    {
        lock (_gate)
        {
            var now = ClockReading.MonotonicNow(_clock);
            if (now - _lastPulse > _stall || _storeAway || !_anyAlive)
            {
                _lastOutageEnd = now;
            }

            _lastPulse = now;
            return _lastOutageEnd;
        }
    }

    /// <summary>How many gateways are there and reach every silo.</summary>
    public int Gateways => _gateways.Keys.Count(gateway => !_suspects.ContainsKey(gateway));

    /// <summary>How many gateways are there and do not reach every silo.</summary>
    public int SuspectGateways => _suspects.Count;

    /// <summary>How often a gateway fell silent or into doubt; each time its devices get their whole time anew.</summary>
    public long Losses => Volatile.Read(ref _losses);

    /// <summary>The gateway is there: its sockets are.</summary>
    public bool IsAlive(string gateway) => _gateways.ContainsKey(gateway);

    /// <summary>When the gateway through which a device was last heard was lost, if it was.</summary>
    public TimeSpan? LostAt(string? gateway) => gateway is not null && _lost.TryGetValue(gateway, out var at) ? at : null;

    /// <summary>Nobody can say now whether the device would have been heard: its gateway has not spoken for a moment, or is in doubt.</summary>
    public bool IsSuspect(string? gateway)
    {
        var since = ClockReading.MonotonicNow(_clock) - Certainty;
        if (gateway is not null && _suspects.ContainsKey(gateway))
        {
            return true;
        }

        return gateway is not null && _gateways.TryGetValue(gateway, out var word) ? word < since : _gateways.Values.All(one => one < since);
    }

    /// <summary>The gateway in this process serves.</summary>
    public void GatewayJoined(string incarnation) => Join(incarnation, Always);

    /// <summary>
    /// A gateway elsewhere is there, and reaches every silo. It says so again and again; silent for as long as a stall, it is lost.
    /// </summary>
    public void GatewayRenewed(string incarnation)
    {
        if (_suspects.TryRemove(incarnation, out _) || (!_gateways.ContainsKey(incarnation) && _lost.ContainsKey(incarnation)))
        {
            // It stood still, or could not reach all: what its devices said until now was not heard.
            _lost[incarnation] = ClockReading.MonotonicNow(_clock);
        }

        Join(incarnation, ClockReading.MonotonicNow(_clock));
    }

    /// <summary>
    /// A gateway elsewhere is there and does not reach every silo: what its devices say may get stuck on its way to their twins, so
    /// their silence proves nothing until it reaches them all again.
    /// </summary>
    public void GatewaySuspected(string incarnation)
    {
        if (!_suspects.ContainsKey(incarnation))
        {
            Interlocked.Increment(ref _losses);
        }

        _suspects[incarnation] = ClockReading.MonotonicNow(_clock);
    }

    public void GatewayLost(string incarnation)
    {
        if (!(_suspects.TryRemove(incarnation, out _) | _gateways.TryRemove(incarnation, out _)))
        {
            return;
        }

        Interlocked.Increment(ref _losses);
        NoteWhoIsAlive();
        var now = ClockReading.MonotonicNow(_clock);
        _lost[incarnation] = now;
        foreach (var (old, at) in _lost)
        {
            // Every device heard through it has been offline, or heard elsewhere, for long.
            if (now - at > _remember)
            {
                _lost.TryRemove(old, out _);
            }
        }
    }

    public void StoreLost() => SetStore(away: true);

    public void StoreBack() => SetStore(away: false);

    public void Dispose() => _pulse.Dispose();

    private void Join(string incarnation, TimeSpan word)
    {
        LastOutageEnd();
        _gateways[incarnation] = word;
        _anyAlive = true;
    }

    /// <summary>A gateway that is in doubt hears nobody for us.</summary>
    private void NoteWhoIsAlive()
    {
        var oldest = ClockReading.MonotonicNow(_clock) - _stall;
        _anyAlive = _gateways.Values.Any(word => word >= oldest);
    }

    private void Pulse()
    {
        LastOutageEnd();
        var oldest = ClockReading.MonotonicNow(_clock) - _stall;
        foreach (var (incarnation, word) in _gateways.Concat(_suspects))
        {
            if (word < oldest && !(_suspects.TryGetValue(incarnation, out var doubt) && doubt >= oldest))
            {
                GatewayLost(incarnation);
            }
        }

        NoteWhoIsAlive();
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void SetStore(bool away)
    {
        // On both edges: the time in between is deaf up to its last moment.
        lock (_gate)
        {
            _storeAway = away;
            _lastOutageEnd = ClockReading.MonotonicNow(_clock);
        }
    }
}
