using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Rollcall.Devices;

/// <summary>
/// Knows when this silo could not hear: no gateway, no store, or the process itself stood still. Our outage is not the
/// device's silence, so deadlines run from the end of such a time.
/// </summary>
internal sealed class Hearing : IDisposable
{
    private static readonly TimeSpan LongestPulse = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, byte> _gateways = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _lost = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _stall;
    private readonly TimeSpan _remember;
    private readonly ITimer _pulse;
    private TimeSpan _lastPulse;
    private TimeSpan _deafUntil;
    private bool _storeAway;

    public Hearing(TimeProvider clock, IOptions<DeviceOptions> options)
    {
        _clock = clock;
        // Well below half the timeout: a device that keeps the longest interval allowed is then never offline for a stall too short to notice.
        _stall = Earlier(options.Value.Stall, options.Value.HeartbeatTimeout / 3);
        _remember = 2 * options.Value.HeartbeatTimeout;
        _lastPulse = _deafUntil = Instant.MonotonicNow(clock);
        var pulse = Earlier(LongestPulse, _stall / 4);
        _pulse = clock.CreateTimer(_ => DeafUntil(), null, pulse, pulse);
    }

    /// <summary>The end of the last time in which nothing could be heard; now, while that lasts.</summary>
    /// <remarks>Looks for a stall itself: after one, a twin's tick may run before the pulse does.</remarks>
    public TimeSpan DeafUntil()
    {
        lock (_gate)
        {
            var now = Instant.MonotonicNow(_clock);
            if (now - _lastPulse > _stall || _storeAway || _gateways.IsEmpty)
            {
                _deafUntil = now;
            }

            _lastPulse = now;
            return _deafUntil;
        }
    }

    /// <summary>The gateway is there: its sockets are.</summary>
    public bool Hears(string gateway) => _gateways.ContainsKey(gateway);

    /// <summary>When the gateway through which a device was last heard was lost, if it was.</summary>
    public TimeSpan? LostAt(string? gateway) => gateway is not null && _lost.TryGetValue(gateway, out var at) ? at : null;

    public void GatewayJoined(string incarnation)
    {
        DeafUntil();
        _gateways[incarnation] = 0;
    }

    public void GatewayLost(string incarnation)
    {
        if (!_gateways.TryRemove(incarnation, out _))
        {
            return;
        }

        var now = Instant.MonotonicNow(_clock);
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

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void SetStore(bool away)
    {
        // On both edges: the time in between is deaf up to its last moment.
        lock (_gate)
        {
            _storeAway = away;
            _deafUntil = Instant.MonotonicNow(_clock);
        }
    }
}
