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
    private readonly (TimeSpan Usual, TimeSpan Short) _stall;
    private readonly ITimer _pulse;
    private TimeSpan _lastPulse;
    private (TimeSpan Usual, TimeSpan Short) _lastOutageEnd;
    private bool _storeAway;

    public OutageMonitor(TimeProvider clock, IOptions<DeviceOptions> options)
    {
        _clock = clock;
        // Well below half the timeout: a stall too short to notice never takes a device offline, not even one with the longest interval.
        // Devices may have shorter timeouts than the installation: for them, a shorter stall counts. For the others it would be an alarm delayed.
        var usual = Earlier(options.Value.Stall, options.Value.HeartbeatTimeout / 3);
        _stall = (usual, Earlier(usual, options.Value.LeastTimeout / 3));
        Gateways = new GatewayLiveness(clock, _stall.Usual, _stall.Short, remember: 2 * options.Value.HeartbeatTimeout);
        _lastPulse = ClockReading.MonotonicNow(clock);
        _lastOutageEnd = (_lastPulse, _lastPulse);
        var pulse = Earlier(LongestPulse, _stall.Short / 4);
        _pulse = clock.CreateTimer(_ => Pulse(), null, pulse, pulse);
    }

    /// <summary>Which gateways are alive. Only this monitor tells it of them: it closes the outage first.</summary>
    public GatewayLiveness Gateways { get; }

    /// <summary>What twins that have left memory have to know beside the outages.</summary>
    public Uncertainty Uncertainty { get; } = new();

    /// <summary>A timeout for which a pause counts that is too short to matter to the others.</summary>
    public bool IsShort(TimeSpan timeout) => timeout / 3 < _stall.Usual;

    /// <summary>The end of the last outage; now, while one lasts.</summary>
    /// <param name="isShort">For devices with a short timeout: see <see cref="IsShort"/>.</param>
    /// <remarks>Checks for a stall itself: after one, a twin's tick may run before the pulse does.</remarks>
    public TimeSpan LastOutageEnd(bool isShort = false)
    {
        lock (_gate)
        {
            var now = ClockReading.MonotonicNow(_clock);
            var (pause, deaf) = (now - _lastPulse, _storeAway || !Gateways.AnyAlive);
            _lastOutageEnd.Usual = deaf || pause > _stall.Usual ? now : _lastOutageEnd.Usual;
            _lastOutageEnd.Short = deaf || pause > _stall.Short ? now : _lastOutageEnd.Short;
            _lastPulse = now;
            return isShort ? _lastOutageEnd.Short : _lastOutageEnd.Usual;
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

    /// <summary>A silo was lost: what its twins had heard and not stored is gone.</summary>
    public void SiloLost() => Uncertainty.Note(ClockReading.MonotonicNow(_clock));

    private void Pulse()
    {
        LastOutageEnd();
        lock (_gate)
        {
            Uncertainty.Look(ClockReading.Now(_clock));
        }

        Gateways.LoseSilent();
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void SetStore(bool away)
    {
        // At both edges: the outage lasts until its very end.
        lock (_gate)
        {
            _storeAway = away;
            var now = ClockReading.MonotonicNow(_clock);
            _lastOutageEnd = (now, now);
        }
    }
}
