using System.Collections.Concurrent;
using Rollcall.Clocks;

namespace Rollcall.Outages;

/// <summary>Which gateways are alive, suspect, or lost, by what they say of themselves.</summary>
/// <param name="stall">A gateway that says nothing for so long is lost.</param>
/// <param name="shortStall">As long a pause of a gateway counts for devices with a short timeout.</param>
/// <param name="remember">How long a lost gateway is known as lost.</param>
internal sealed class GatewayLiveness(TimeProvider clock, TimeSpan stall, TimeSpan shortStall, TimeSpan remember)
{
    /// <summary>Gateways elsewhere say every 500 ms that they are there; two signals missed are no proof, but a reason to wait.</summary>
    private static readonly TimeSpan Certainty = TimeSpan.FromSeconds(1.5);

    /// <summary>Of a gateway in this process, which cannot be lost without us.</summary>
    private static readonly TimeSpan Always = TimeSpan.MaxValue;
    private readonly ConcurrentDictionary<string, TimeSpan> _gateways = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _lost = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _suspects = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _paused = new();
    private volatile bool _anyAlive;
    private long _losses;
    private long _lastLoss = long.MinValue;

    /// <summary>How many gateways are there and reach every silo.</summary>
    public int Count => _gateways.Keys.Count(gateway => !_suspects.ContainsKey(gateway));

    /// <summary>How many gateways are there and do not reach every silo.</summary>
    public int SuspectCount => _suspects.Count;

    /// <summary>How often a gateway fell silent or became suspect; each time its devices get their whole timeout anew.</summary>
    public long Losses => Volatile.Read(ref _losses);

    /// <summary>When a gateway last fell silent or became suspect; the least value: never.</summary>
    public TimeSpan LastLoss => new(Volatile.Read(ref _lastLoss));

    /// <summary>Devices can be heard through some gateway.</summary>
    public bool AnyAlive => _anyAlive;

    /// <summary>The gateway is there: its sockets are.</summary>
    public bool IsAlive(string gateway) => _gateways.ContainsKey(gateway);

    /// <summary>When the gateway through which a device was last heard was lost, if it was.</summary>
    public TimeSpan? LostAt(string? gateway) => gateway is not null && _lost.TryGetValue(gateway, out var at) ? at : null;

    /// <summary>When that gateway's last pause ended which was too short to lose it, and counts for devices with a short timeout.</summary>
    public TimeSpan? PausedAt(string? gateway) => gateway is not null && _paused.TryGetValue(gateway, out var at) ? at : null;

    /// <summary>Nobody can say now whether the device would have been heard: its gateway is suspect, or has said nothing for a moment.</summary>
    public bool IsSuspect(string? gateway)
    {
        var since = ClockReading.MonotonicNow(clock) - Certainty;
        if (gateway is not null && _suspects.ContainsKey(gateway))
        {
            return true;
        }

        return gateway is not null && _gateways.TryGetValue(gateway, out var signal) ? signal < since : _gateways.Values.All(one => one < since);
    }

    /// <summary>The gateway in this process is there as long as we are.</summary>
    public void Join(string incarnation) => Note(incarnation, Always);

    /// <summary>A gateway elsewhere is there, and reaches every silo.</summary>
    public void Renew(string incarnation)
    {
        var now = ClockReading.MonotonicNow(clock);
        if (_suspects.TryRemove(incarnation, out _) || (!_gateways.ContainsKey(incarnation) && _lost.ContainsKey(incarnation)))
        {
            // It stood still, or could not reach all: what its devices said until now was not heard.
            _lost[incarnation] = now;
        }
        else if (_gateways.TryGetValue(incarnation, out var before) && now - before > shortStall)
        {
            _paused[incarnation] = now;
        }

        Note(incarnation, now);
    }

    /// <summary>
    /// A gateway elsewhere is there and does not reach every silo: what its devices say may get stuck on its way to their twins, so
    /// their silence proves nothing until it reaches them all again.
    /// </summary>
    public void Suspect(string incarnation)
    {
        if (!_suspects.ContainsKey(incarnation))
        {
            CountLoss();
        }

        _suspects[incarnation] = ClockReading.MonotonicNow(clock);
    }

    /// <summary>The gateway is there no more. One that is not known is left alone.</summary>
    public void Lose(string incarnation)
    {
        if (!(_suspects.TryRemove(incarnation, out _) | _gateways.TryRemove(incarnation, out _)))
        {
            return;
        }

        CountLoss();
        NoteWhoIsAlive();
        _paused.TryRemove(incarnation, out _);
        var now = ClockReading.MonotonicNow(clock);
        _lost[incarnation] = now;
        foreach (var (old, at) in _lost)
        {
            // Every device heard through it has been offline, or heard elsewhere, for long.
            if (now - at > remember)
            {
                _lost.TryRemove(old, out _);
            }
        }
    }

    /// <summary>Loses whoever has said nothing for a stall.</summary>
    public void LoseSilent()
    {
        var oldest = ClockReading.MonotonicNow(clock) - stall;
        foreach (var (incarnation, signal) in _gateways.Concat(_suspects))
        {
            if (signal < oldest && !(_suspects.TryGetValue(incarnation, out var suspected) && suspected >= oldest))
            {
                Lose(incarnation);
            }
        }

        NoteWhoIsAlive();
    }

    private void CountLoss()
    {
        Interlocked.Increment(ref _losses);
        Volatile.Write(ref _lastLoss, ClockReading.MonotonicNow(clock).Ticks);
    }

    private void Note(string incarnation, TimeSpan signal)
    {
        _gateways[incarnation] = signal;
        _anyAlive = true;
    }

    /// <summary>A gateway that is suspect hears nobody for us.</summary>
    private void NoteWhoIsAlive()
    {
        var oldest = ClockReading.MonotonicNow(clock) - stall;
        _anyAlive = _gateways.Values.Any(signal => signal >= oldest);
    }
}
