namespace Rollcall.Clocks;

/// <summary>One reading of both clocks: the monotonic one for deadlines, the wall's (UTC, whole milliseconds) for what is shown.</summary>
internal readonly record struct ClockReading(TimeSpan Monotonic, DateTimeOffset Wall)
{
    public static ClockReading Now(TimeProvider clock) => new(MonotonicNow(clock), WallNow(clock));

    /// <summary>
    /// Time since the clock's own zero. In whole numbers: <c>GetElapsedTime(0)</c> goes through a double and could end a timeout
    /// microseconds early.
    /// </summary>
    public static TimeSpan MonotonicNow(TimeProvider clock)
    {
        var (seconds, rest) = Math.DivRem(clock.GetTimestamp(), clock.TimestampFrequency);
        return new TimeSpan((seconds * TimeSpan.TicksPerSecond) + (rest * TimeSpan.TicksPerSecond / clock.TimestampFrequency));
    }

    /// <summary>Whole milliseconds: what is shown must equal what is stored, and the wire has three decimals.</summary>
    public static DateTimeOffset WallNow(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
