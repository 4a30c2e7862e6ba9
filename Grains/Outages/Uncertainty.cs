using Rollcall.Clocks;

namespace Rollcall.Outages;

/// <summary>
/// The last time at which a stored time of a heartbeat may have said too little: a silo was lost, with what it had not stored, or the wall clock
/// was set. Only twins that have left memory go by stored times: those with a long timeout.
/// </summary>
internal sealed class Uncertainty
{
    /// <summary>A wall clock that is only being corrected moves by less.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(5);
    private long? _zero;
    private long _last = long.MinValue;

    /// <summary>On the monotonic clock; the least value: never.</summary>
    public TimeSpan Last => new(Volatile.Read(ref _last));

    public void Note(TimeSpan at) => Volatile.Write(ref _last, at.Ticks);

    /// <summary>Compares both clocks. To be called again and again, by one at a time.</summary>
    public void Look(ClockReading now)
    {
        var zero = now.Wall.UtcTicks - now.Monotonic.Ticks;
        if (_zero is { } before && new TimeSpan(zero - before).Duration() > Jump)
        {
            Note(now.Monotonic);
        }

        _zero = zero;
    }
}
