using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Clocks;
using Rollcall.Devices;

namespace Rollcall.Outages;

public sealed class OutageMonitorTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly OutageMonitor _outages;

    public OutageMonitorTests() => _outages = new OutageMonitor(_clock, Options.Create(new DeviceOptions()));

    private TimeSpan Now => ClockReading.MonotonicNow(_clock);

    public void Dispose() => _outages.Dispose();

    [Fact]
    public void Without_a_gateway_it_is_deaf_until_one_joins()
    {
        Pass(30);
        Assert.Equal(Now, _outages.LastOutageEnd());
        _outages.GatewayJoined("a");
        var joined = Now;
        Pass(30);
        Assert.Equal(joined, _outages.LastOutageEnd());
    }

    [Fact]
    public void A_short_pause_is_an_outage_for_devices_with_a_short_timeout_alone()
    {
        _outages.GatewayJoined("a");
        Pass(10);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Now, _outages.LastOutageEnd(isShort: true));
        Assert.NotEqual(Now, _outages.LastOutageEnd());
        Assert.True(_outages.IsShort(TimeSpan.FromSeconds(14)));
        Assert.False(_outages.IsShort(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public void A_short_pause_of_a_gateway_counts_for_them_and_loses_nobody()
    {
        _outages.GatewayJoined("here");
        _outages.GatewayRenewed("elsewhere");
        Pass(0.5);
        _outages.GatewayRenewed("elsewhere");
        Assert.Null(_outages.Gateways.PausedAt("elsewhere"));
        Pass(3);
        _outages.GatewayRenewed("elsewhere");
        Assert.Equal(Now, _outages.Gateways.PausedAt("elsewhere"));
        Assert.Null(_outages.Gateways.LostAt("elsewhere"));
    }

    [Fact]
    public void A_wall_clock_that_is_set_makes_stored_times_uncertain()
    {
        var uncertain = new Uncertainty();
        uncertain.Look(new ClockReading(TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch.AddSeconds(1)));
        uncertain.Look(new ClockReading(TimeSpan.FromSeconds(2), DateTimeOffset.UnixEpoch.AddSeconds(3)));
        Assert.Equal(TimeSpan.MinValue, uncertain.Last);
        uncertain.Look(new ClockReading(TimeSpan.FromSeconds(3), DateTimeOffset.UnixEpoch.AddHours(1)));
        Assert.Equal(TimeSpan.FromSeconds(3), uncertain.Last);
    }

    [Fact]
    public void Of_two_gateways_the_last_one_lost_makes_it_deaf()
    {
        _outages.GatewayJoined("a");
        _outages.GatewayJoined("b");
        Pass(10);
        _outages.GatewayLost("a");
        Pass(10);
        Assert.NotEqual(Now, _outages.LastOutageEnd());
        _outages.GatewayLost("b");
        Pass(10);
        Assert.Equal(Now, _outages.LastOutageEnd());
    }

    [Fact]
    public void A_gateway_elsewhere_is_uncertain_after_two_missed_words_lost_after_a_stall_and_deaf_until_it_speaks_again()
    {
        _outages.GatewayJoined("here");
        _outages.GatewayRenewed("elsewhere");
        Pass(1.4);
        Assert.False(_outages.Gateways.IsSuspect("elsewhere"));
        Pass(0.2);
        Assert.True(_outages.Gateways.IsSuspect("elsewhere"));
        Assert.Null(_outages.Gateways.LostAt("elsewhere"));

        Pass(5);
        Assert.NotNull(_outages.Gateways.LostAt("elsewhere"));
        Assert.False(_outages.Gateways.IsAlive("elsewhere"));
        Assert.False(_outages.Gateways.IsSuspect("elsewhere"));

        _outages.GatewayRenewed("elsewhere");
        Assert.Equal(Now, _outages.Gateways.LostAt("elsewhere"));
        Assert.True(_outages.Gateways.IsAlive("elsewhere"));
    }

    [Fact]
    public void A_gateway_in_this_process_is_never_uncertain()
    {
        _outages.GatewayJoined("here");
        Pass(1_000);
        Assert.False(_outages.Gateways.IsSuspect("here"));
        Assert.True(_outages.Gateways.IsAlive("here"));
    }

    [Fact]
    public void A_suspect_gateway_is_there_for_as_long_as_it_says_so()
    {
        SuspectHalf();
        Assert.True(_outages.Gateways.IsAlive("half"));
        Assert.Null(_outages.Gateways.LostAt("half"));
        Assert.Equal((1, 1, 1L), (_outages.Gateways.Count, _outages.Gateways.SuspectCount, _outages.Gateways.Losses));
    }

    [Fact]
    public void A_suspect_gateway_casts_no_doubt_on_others()
    {
        SuspectHalf();
        Assert.False(_outages.Gateways.IsSuspect("whole"));
        Assert.False(_outages.Gateways.IsSuspect(null));
        Assert.NotEqual(Now, _outages.LastOutageEnd());
    }

    [Fact]
    public void The_time_of_a_suspect_gateways_devices_counts_from_when_it_reaches_all_again()
    {
        SuspectHalf();
        _outages.GatewayRenewed("half");
        Assert.Equal(Now, _outages.Gateways.LostAt("half"));
        Assert.False(_outages.Gateways.IsSuspect("half"));
        Assert.Equal((2, 0), (_outages.Gateways.Count, _outages.Gateways.SuspectCount));
    }

    [Fact]
    public void With_all_gateways_in_doubt_it_is_deaf()
    {
        _outages.GatewayRenewed("half");
        for (var half = 0; half < 20; half++)
        {
            Pass(0.5);
            _outages.GatewaySuspected("half");
        }

        Assert.True(_outages.Gateways.IsSuspect(null));
        Assert.Equal(Now, _outages.LastOutageEnd());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_gateway_in_doubt_that_falls_silent_is_lost_also_one_that_never_reached_all(bool once)
    {
        _outages.GatewayJoined("here");
        if (once)
        {
            _outages.GatewayRenewed("half");
        }

        Pass(1);
        _outages.GatewaySuspected("half");
        Pass(4.9);
        Assert.True(_outages.Gateways.IsSuspect("half"));
        Pass(2);
        Assert.False(_outages.Gateways.IsSuspect("half"));
        Assert.False(_outages.Gateways.IsAlive("half"));
        Assert.NotNull(_outages.Gateways.LostAt("half"));
        Assert.Equal(0, _outages.Gateways.SuspectCount);
    }

    [Fact]
    public void While_the_store_is_away_it_is_deaf_to_the_last_moment()
    {
        _outages.GatewayJoined("a");
        _outages.StoreLost();
        Pass(0.5);
        Assert.Equal(Now, _outages.LastOutageEnd());
        Pass(0.3);
        _outages.StoreBack();
        var back = Now;
        Pass(10);
        Assert.Equal(back, _outages.LastOutageEnd());
    }

    [Fact]
    public void A_stall_of_more_than_five_seconds_is_deafness_whoever_looks_first()
    {
        _outages.GatewayJoined("a");
        Pass(10);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.NotEqual(Now, _outages.LastOutageEnd());
        _clock.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Equal(Now, _outages.LastOutageEnd());
    }

    [Fact]
    public void A_gateway_is_lost_at_a_moment_that_is_remembered_for_those_heard_through_it()
    {
        _outages.GatewayJoined("a");
        _outages.GatewayJoined("b");
        Pass(10);
        _outages.GatewayLost("a");
        var lost = Now;
        Pass(10);
        _outages.GatewayLost("a");
        _outages.GatewayLost("never seen");
        Assert.Equal(lost, _outages.Gateways.LostAt("a"));
        Assert.Null(_outages.Gateways.LostAt("b"));
        Assert.Null(_outages.Gateways.LostAt("never seen"));
        Assert.Null(_outages.Gateways.LostAt(null));
        Assert.True(_outages.Gateways.IsAlive("b"));
        Assert.False(_outages.Gateways.IsAlive("a"));
    }

    [Fact]
    public void What_it_remembers_of_lost_gateways_is_bounded()
    {
        _outages.GatewayJoined("stays");
        for (var i = 0; i < 1_000; i++)
        {
            _outages.GatewayJoined($"gateway-{i}");
            Pass(1);
            _outages.GatewayLost($"gateway-{i}");
        }

        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => _outages.Gateways.LostAt($"gateway-{i}") is not null), 180, 182);
    }

    /// <summary>For 20 seconds one gateway reaches all silos, and another one says that it does not.</summary>
    private void SuspectHalf()
    {
        _outages.GatewayRenewed("half");
        for (var half = 0; half < 40; half++)
        {
            Pass(0.5);
            _outages.GatewayRenewed("whole");
            _outages.GatewaySuspected("half");
            Assert.True(_outages.Gateways.IsSuspect("half"));
        }
    }

    private void Pass(double seconds)
    {
        for (; seconds > 0; seconds--)
        {
            _clock.Advance(TimeSpan.FromSeconds(Math.Min(1, seconds)));
        }
    }
}
