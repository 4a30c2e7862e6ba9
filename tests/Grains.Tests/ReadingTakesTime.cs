using Microsoft.Extensions.Time.Testing;

namespace Rollcall;

/// <summary>
/// A fake clock for loops that wait until a time. With less than a millisecond left, <see cref="Task.Delay(TimeSpan, TimeProvider)"/>
/// is over at once without asking the clock for a timer; if the clock stood still meanwhile, such a loop would never end, and when
/// it runs inside <see cref="FakeTimeProvider.Advance"/> it would never give the clock back either. As with a real clock, each
/// reading is therefore a tick (100 ns) later than the one before: such a loop ends after 10,000 readings at most.
/// </summary>
internal sealed class ReadingTakesTime(FakeTimeProvider clock) : TimeProvider
{
    private readonly Lock _turn = new();
    private DateTimeOffset _moment;
    private long _readings;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_turn)
        {
            var now = clock.GetUtcNow();
            _readings = now == _moment ? _readings + 1 : 0;
            _moment = now;
            return now.AddTicks(_readings);
        }
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}

public sealed class ReadingTakesTimeTests
{
    [Fact]
    public void A_loop_that_waits_for_half_a_millisecond_ends_though_nobody_moves_the_clock()
    {
        var clock = new FakeTimeProvider();
        var until = clock.GetUtcNow() + TimeSpan.FromMicroseconds(500);
        Assert.True(Task.Delay(until - clock.GetUtcNow(), clock).IsCompleted, "the fake alone: over at once, with the time not come");
        Assert.True(WaitUntilAsync(new ReadingTakesTime(clock), until).IsCompletedSuccessfully);
        Assert.True(clock.GetUtcNow() < until);
    }

    [Fact]
    public void A_reading_after_the_clock_moved_is_the_clocks_own()
    {
        var clock = new FakeTimeProvider();
        var reading = new ReadingTakesTime(clock);
        Assert.True(reading.GetUtcNow() < reading.GetUtcNow());
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(clock.GetUtcNow(), reading.GetUtcNow());
    }

    private static async Task WaitUntilAsync(TimeProvider clock, DateTimeOffset until)
    {
        for (var left = until - clock.GetUtcNow(); left > TimeSpan.Zero; left = until - clock.GetUtcNow())
        {
            await Task.Delay(left, clock, TestContext.Current.CancellationToken);
        }
    }
}
