using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Clocks;

public sealed class ClockTrustTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly List<string> _warnings = [];
    private readonly JumpingClock _clock;

    public ClockTrustTests() => _clock = new JumpingClock(_time);

    [Fact]
    public void A_start_more_than_a_day_ahead_of_the_store_is_believed_after_a_day()
    {
        _clock.Off = 100 * Day;
        var trust = Trust(newest: Noon);
        Assert.Equal(new WallTime(Noon + (100 * Day), Noon, Noon + Day), trust.Now());
        Assert.Null(trust.Newest());

        _time.Advance(Day - TimeSpan.FromSeconds(1));
        Assert.Equal(Noon + Day - TimeSpan.FromSeconds(1), trust.Now().Believed);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Noon + (101 * Day), trust.Now().Believed);
        Assert.Equal(Noon + (101 * Day), trust.Newest());
        Assert.Single(_warnings);
    }

    [Fact]
    public void With_the_argument_it_is_believed_at_once()
    {
        _clock.Off = 100 * Day;
        var trust = Trust(newest: Noon, isTrusted: true);
        Assert.False(trust.Now().IsDoubted);
        Assert.Equal(Noon + (100 * Day), trust.Newest());
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-24)]
    [InlineData(-2_400)]
    public void A_start_within_a_day_or_behind_ends_nothing_early_and_warns_of_nothing(int hoursAhead)
    {
        _clock.Off = TimeSpan.FromHours(hoursAhead);
        Assert.False(Trust(newest: Noon).Now().IsDoubted);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_new_store_has_nothing_to_say_against_the_clock()
    {
        _clock.Off = 100 * Day;
        var trust = Trust(newest: null);
        Assert.False(trust.Now().IsDoubted);
        _time.Advance(30 * Day);
        Assert.False(trust.Now().IsDoubted);
    }

    [Fact]
    public void Until_the_store_has_been_asked_nothing_is_over()
    {
        var now = New(isTrusted: false).Now();
        Assert.True(now.IsDoubted);
        Assert.False(now.IsOver(Noon - (2 * Day), Noon - Day));
    }

    [Fact]
    public void A_jump_while_we_run_is_one_too_and_is_over_when_the_clock_is_right_again()
    {
        var trust = Trust(newest: Noon);
        _time.Advance(Day);
        Assert.False(trust.Now().IsDoubted);
        _clock.Off = 2 * Day;
        Assert.Equal(new WallTime(Noon + (3 * Day), Noon + Day, Noon + (2 * Day)), trust.Now());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(trust.Now().IsDoubted);
        _clock.Off = default;
        Assert.False(trust.Now().IsDoubted);

        // The next one has its own day.
        _time.Advance(TimeSpan.FromHours(23));
        _clock.Off = 2 * Day;
        Assert.True(trust.Now().IsDoubted);
        _time.Advance(TimeSpan.FromHours(23));
        Assert.True(trust.Now().IsDoubted);
        Assert.Equal(2, _warnings.Count);
    }

    [Fact]
    public void A_machine_that_starts_in_the_past_and_is_set_right_is_believed()
    {
        _clock.Off = -20_000 * Day;
        var trust = Trust(newest: Noon.AddHours(-2));
        Assert.False(trust.Now().IsDoubted);
        Assert.Null(trust.Newest());
        _time.Advance(TimeSpan.FromMinutes(1));
        _clock.Off = default;
        Assert.False(trust.Now().IsDoubted);
        Assert.Equal(Noon.AddMinutes(1), trust.Newest());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Of_what_was_made_before_a_jump_the_jump_is_no_time_and_what_was_made_since_has_its_own()
    {
        var now = new WallTime(Noon + (100 * Day), Noon, Noon + Day);

        // The newest time is noted once an hour: what was made since then was made before the jump, too.
        Assert.False(now.IsOver(made: Noon + TimeSpan.FromMinutes(50), end: Noon + TimeSpan.FromHours(1)));
        Assert.False(now.IsOver(made: Noon - Day, end: Noon + TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromHours(1), now.Left(made: Noon - Day, end: Noon + TimeSpan.FromHours(1)));
        Assert.True(now.IsOver(made: Noon - Day, end: Noon));
        Assert.True(now.IsOver(made: Noon + (99 * Day), end: Noon + (100 * Day)));
        Assert.False(now.IsOver(made: Noon + (100 * Day), end: Noon + (100 * Day) + TimeSpan.FromSeconds(1)));
    }

    private ClockTrust Trust(DateTimeOffset? newest, bool isTrusted = false)
    {
        var trust = New(isTrusted);
        trust.Learn(newest);
        return trust;
    }

    private ClockTrust New(bool isTrusted) => new(_clock, Options.Create(new ClockOptions { IsTrusted = isTrusted }), new Warnings(_warnings));

    private sealed class Warnings(List<string> all) : ILogger<ClockTrust>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                all.Add(formatter(state, exception));
            }
        }
    }
}
