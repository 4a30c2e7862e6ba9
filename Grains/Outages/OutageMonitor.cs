using Microsoft.Extensions.Options;
using Rollcall.Clocks;
using Rollcall.Devices;

namespace Rollcall.Outages;

/// <summary>
/// Knows the outages of this silo: no gateway was alive, the store was away, or the process itself stalled. An outage of ours is not the
/// device's fault, so timeouts run from its end.
/// </summary>
internal sealed class OutageMonitor : IDisposable
{
    private static readonly TimeSpan LongestPulse = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _stall;
    private readonly ITimer _pulse;
    private TimeSpan _lastPulse;
    private TimeSpan _lastOutageEnd;
    private bool _storeAway;

    public OutageMonitor(TimeProvider clock, IOptions<DeviceOptions> options)
    {
        _clock = clock;
        // Well below half the timeout: a stall too short to notice never takes a device offline, not even one with the longest interval.
        _stall = Earlier(options.Value.Stall, options.Value.HeartbeatTimeout / 3);
        Gateways = new GatewayLiveness(clock, _stall, remember: 2 * options.Value.HeartbeatTimeout);
        _lastPulse = _lastOutageEnd = ClockReading.MonotonicNow(clock);
        var pulse = Earlier(LongestPulse, _stall / 4);
        _pulse = clock.CreateTimer(_ => Pulse(), null, pulse, pulse);
    }

    /// <summary>Which gateways are alive. Only this monitor tells it of them: it closes the outage first.</summary>
    public GatewayLiveness Gateways { get; }

    /// <summary>The end of the last outage; now, while one lasts.</summary>
    /// <remarks>Checks for a stall itself: after one, a twin's tick may run before the pulse does.</remarks>
    public TimeSpan LastOutageEnd()
    {
        lock (_gate)
        {
            var now = ClockReading.MonotonicNow(_clock);
            if (now - _lastPulse > _stall || _storeAway || !Gateways.AnyAlive)
            {
                _lastOutageEnd = now;
            }

            _lastPulse = now;
            return _lastOutageEnd;
        }
    }

    /// <summary>The gateway in this process is ready.</summary>
    public void GatewayJoined(string incarnation)
    {
        LastOutageEnd();
        Gateways.Join(incarnation);
    }

    /// <summary>
    /// A gateway elsewhere is there, and reaches every silo. It says so again and again; silent for as long as a stall, it is lost.
    /// </summary>
    public void GatewayRenewed(string incarnation)
    {
        LastOutageEnd();
        Gateways.Renew(incarnation);
    }

    /// <inheritdoc cref="GatewayLiveness.Suspect"/>
    public void GatewaySuspected(string incarnation) => Gateways.Suspect(incarnation);

    public void GatewayLost(string incarnation) => Gateways.Lose(incarnation);

    public void StoreLost() => SetStore(away: true);

    public void StoreBack() => SetStore(away: false);

    public void Dispose() => _pulse.Dispose();

    private void Pulse()
    {
        LastOutageEnd();
        Gateways.LoseSilent();
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
