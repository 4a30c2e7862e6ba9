using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Clocks;

/// <summary>A clock that somebody sets: what it shows jumps, the time that passes does not.</summary>
internal sealed class JumpingClock(FakeTimeProvider time) : TimeProvider
{
    /// <summary>How far it is from the true time.</summary>
    public TimeSpan Off { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Off;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
