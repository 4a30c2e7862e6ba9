using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Devices;

public sealed class HearingTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Hearing _hearing;

    public HearingTests() => _hearing = new Hearing(_clock, Options.Create(new DeviceOptions()));

    private TimeSpan Now => Instant.MonotonicNow(_clock);

    public void Dispose() => _hearing.Dispose();

    [Fact]
    public void Without_a_gateway_it_is_deaf_until_one_joins()
    {
        Pass(30);
        Assert.Equal(Now, _hearing.DeafUntil());
        _hearing.GatewayJoined("a");
        var joined = Now;
        Pass(30);
        Assert.Equal(joined, _hearing.DeafUntil());
    }

    [Fact]
    public void Of_two_gateways_the_last_one_lost_makes_it_deaf()
    {
        _hearing.GatewayJoined("a");
        _hearing.GatewayJoined("b");
        Pass(10);
        _hearing.GatewayLost("a");
        Pass(10);
        Assert.NotEqual(Now, _hearing.DeafUntil());
        _hearing.GatewayLost("b");
        Pass(10);
        Assert.Equal(Now, _hearing.DeafUntil());
    }

    [Fact]
    public void A_gateway_elsewhere_is_uncertain_after_two_missed_words_lost_after_a_stall_and_deaf_until_it_speaks_again()
    {
        _hearing.GatewayJoined("here");
        _hearing.GatewayHeard("elsewhere");
        Pass(1.4);
        Assert.False(_hearing.IsUncertain("elsewhere"));
        Pass(0.2);
        Assert.True(_hearing.IsUncertain("elsewhere"));
        Assert.Null(_hearing.LostAt("elsewhere"));

        Pass(5);
        Assert.NotNull(_hearing.LostAt("elsewhere"));
        Assert.False(_hearing.Hears("elsewhere"));
        Assert.False(_hearing.IsUncertain("elsewhere"));

        _hearing.GatewayHeard("elsewhere");
        Assert.Equal(Now, _hearing.LostAt("elsewhere"));
        Assert.True(_hearing.Hears("elsewhere"));
    }

    [Fact]
    public void A_gateway_in_this_process_is_never_uncertain()
    {
        _hearing.GatewayJoined("here");
        Pass(1_000);
        Assert.False(_hearing.IsUncertain("here"));
        Assert.True(_hearing.Hears("here"));
    }

    [Fact]
    public void A_gateway_in_doubt_is_there_and_uncertain_until_it_reaches_all_again_and_its_devices_time_counts_from_then()
    {
        _hearing.GatewayHeard("half");
        for (var half = 0; half < 40; half++)
        {
            Pass(0.5);
            _hearing.GatewayHeard("whole");
            _hearing.GatewayInDoubt("half");
            Assert.True(_hearing.IsUncertain("half"));
        }

        Assert.True(_hearing.Hears("half"));
        Assert.Null(_hearing.LostAt("half"));
        Assert.Equal((1, 1, 1L), (_hearing.Gateways, _hearing.GatewaysInDoubt, _hearing.Losses));
        Assert.False(_hearing.IsUncertain("whole"));
        Assert.False(_hearing.IsUncertain(null));
        Assert.NotEqual(Now, _hearing.DeafUntil());

        _hearing.GatewayHeard("half");
        Assert.Equal(Now, _hearing.LostAt("half"));
        Assert.False(_hearing.IsUncertain("half"));
        Assert.Equal((2, 0), (_hearing.Gateways, _hearing.GatewaysInDoubt));
    }

    [Fact]
    public void With_all_gateways_in_doubt_it_is_deaf()
    {
        _hearing.GatewayHeard("half");
        for (var half = 0; half < 20; half++)
        {
            Pass(0.5);
            _hearing.GatewayInDoubt("half");
        }

        Assert.True(_hearing.IsUncertain(null));
        Assert.Equal(Now, _hearing.DeafUntil());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_gateway_in_doubt_that_falls_silent_is_lost_also_one_that_never_reached_all(bool once)
    {
        _hearing.GatewayJoined("here");
        if (once)
        {
            _hearing.GatewayHeard("half");
        }

        Pass(1);
        _hearing.GatewayInDoubt("half");
        Pass(4.9);
        Assert.True(_hearing.IsUncertain("half"));
        Pass(2);
        Assert.False(_hearing.IsUncertain("half"));
        Assert.False(_hearing.Hears("half"));
        Assert.NotNull(_hearing.LostAt("half"));
        Assert.Equal(0, _hearing.GatewaysInDoubt);
    }

    [Fact]
    public void While_the_store_is_away_it_is_deaf_to_the_last_moment()
    {
        _hearing.GatewayJoined("a");
        _hearing.StoreLost();
        Pass(0.5);
        Assert.Equal(Now, _hearing.DeafUntil());
        Pass(0.3);
        _hearing.StoreBack();
        var back = Now;
        Pass(10);
        Assert.Equal(back, _hearing.DeafUntil());
    }

    [Fact]
    public void A_stall_of_more_than_five_seconds_is_deafness_whoever_looks_first()
    {
        _hearing.GatewayJoined("a");
        Pass(10);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.NotEqual(Now, _hearing.DeafUntil());
        _clock.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Equal(Now, _hearing.DeafUntil());
    }

    [Fact]
    public void A_gateway_is_lost_at_a_moment_that_is_remembered_for_those_heard_through_it()
    {
        _hearing.GatewayJoined("a");
        _hearing.GatewayJoined("b");
        Pass(10);
        _hearing.GatewayLost("a");
        var lost = Now;
        Pass(10);
        _hearing.GatewayLost("a");
        _hearing.GatewayLost("never seen");
        Assert.Equal(lost, _hearing.LostAt("a"));
        Assert.Null(_hearing.LostAt("b"));
        Assert.Null(_hearing.LostAt("never seen"));
        Assert.Null(_hearing.LostAt(null));
        Assert.True(_hearing.Hears("b"));
        Assert.False(_hearing.Hears("a"));
    }

    [Fact]
    public void What_it_remembers_of_lost_gateways_is_bounded()
    {
        _hearing.GatewayJoined("stays");
        for (var i = 0; i < 1_000; i++)
        {
            _hearing.GatewayJoined($"gateway-{i}");
            Pass(1);
            _hearing.GatewayLost($"gateway-{i}");
        }

        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => _hearing.LostAt($"gateway-{i}") is not null), 180, 182);
    }

    private void Pass(double seconds)
    {
        for (; seconds > 0; seconds--)
        {
            _clock.Advance(TimeSpan.FromSeconds(Math.Min(1, seconds)));
        }
    }
}
