using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Rollcall.Devices;

/// <summary>
/// Knows the outages of this silo: no gateway was alive, the store was away, or the process itself stalled. An outage of ours is not the
/// device's fault, so timeouts run from its end.
/// </summary>
internal sealed class OutageMonitor : IDisposable
{
    private static readonly TimeSpan LongestPulse = TimeSpan.FromSeconds(1);

    /// <summary>Gateways in other processes send a heartbeat every 500 ms; two missed signals are no proof, but a reason to wait.</summary>
    private static readonly TimeSpan Certainty = TimeSpan.FromSeconds(1.5);

    /// <summary>For a gateway in this process, which cannot fail without us.</summary>
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
        // Well below half the timeout: a stall too short to notice never takes a device offline, not even one with the longest interval.
        _stall = Earlier(options.Value.Stall, options.Value.HeartbeatTimeout / 3);
        _remember = 2 * options.Value.HeartbeatTimeout;
        _lastPulse = _lastOutageEnd = ClockReading.MonotonicNow(clock);
        var pulse = Earlier(LongestPulse, _stall / 4);
        _pulse = clock.CreateTimer(_ => Pulse(), null, pulse, pulse);
    }

    /// <summary>The end of the last outage; now, while one lasts.</summary>
    /// <remarks>Checks for a stall itself: after one, a twin's tick may run before the pulse does.</remarks>
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

    /// <summary>How many gateways are alive and reach every silo.</summary>
    public int Gateways => _gateways.Keys.Count(gateway => !_suspects.ContainsKey(gateway));

    /// <summary>How many gateways are alive and do not reach every silo.</summary>
    public int SuspectGateways => _suspects.Count;

    /// <summary>How often a gateway was lost or became suspect. Each time the timeouts of its devices start again.</summary>
    public long Losses => Volatile.Read(ref _losses);

    /// <summary>The gateway is alive, and so are its connections.</summary>
    public bool IsAlive(string gateway) => _gateways.ContainsKey(gateway);

    /// <summary>When the gateway that received a device's last sign of life was lost; null: it was not.</summary>
    public TimeSpan? LostAt(string? gateway) => gateway is not null && _lost.TryGetValue(gateway, out var at) ? at : null;

    /// <summary>A sign of life may have been missed: the gateway is suspect, or has not renewed its lease for a moment.</summary>
    public bool IsSuspect(string? gateway)
    {
        var since = ClockReading.MonotonicNow(_clock) - Certainty;
        if (gateway is not null && _suspects.ContainsKey(gateway))
        {
            return true;
        }

        return gateway is not null && _gateways.TryGetValue(gateway, out var renewedAt)
            ? renewedAt < since
            : _gateways.Values.All(one => one < since);
    }

    /// <summary>The gateway in this process is ready.</summary>
    public void GatewayJoined(string incarnation) => Join(incarnation, Always);

    /// <summary>
    /// A gateway in another process is alive and reaches every silo. It renews this lease again and again; without it, for as long as a
    /// stall, the gateway is lost.
    /// </summary>
    public void GatewayRenewed(string incarnation)
    {
        if (_suspects.TryRemove(incarnation, out _) || (!_gateways.ContainsKey(incarnation) && _lost.ContainsKey(incarnation)))
        {
            // It stalled, or could not reach every silo: what its devices sent until now may not have arrived.
            _lost[incarnation] = ClockReading.MonotonicNow(_clock);
        }

        Join(incarnation, ClockReading.MonotonicNow(_clock));
    }

    /// <summary>
    /// A gateway in another process is alive and does not reach every silo: what its devices send may not arrive at their twins, so
    /// a missing heartbeat proves nothing until the gateway reaches every silo again.
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
            // Every device that used it has long been offline, or has been seen through another gateway.
            if (now - at > _remember)
            {
                _lost.TryRemove(old, out _);
            }
        }
    }

    public void StoreLost() => SetStore(away: true);

    public void StoreBack() => SetStore(away: false);

    public void Dispose() => _pulse.Dispose();

    private void Join(string incarnation, TimeSpan renewedAt)
    {
        LastOutageEnd();
        _gateways[incarnation] = renewedAt;
        _anyAlive = true;
    }

    /// <summary>A suspect gateway does not count as alive.</summary>
    private void NoteWhoIsAlive()
    {
        var oldest = ClockReading.MonotonicNow(_clock) - _stall;
        _anyAlive = _gateways.Values.Any(renewedAt => renewedAt >= oldest);
    }

    private void Pulse()
    {
        LastOutageEnd();
        var oldest = ClockReading.MonotonicNow(_clock) - _stall;
        foreach (var (incarnation, renewedAt) in _gateways.Concat(_suspects))
        {
            if (renewedAt < oldest && !(_suspects.TryGetValue(incarnation, out var suspectedAt) && suspectedAt >= oldest))
            {
                GatewayLost(incarnation);
            }
        }

        NoteWhoIsAlive();
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void SetStore(bool away)
    {
        // At both edges: the outage lasts until its very end.
        lock (_gate)
        {
            _storeAway = away;
            _lastOutageEnd = ClockReading.MonotonicNow(_clock);
        }
    }
}
