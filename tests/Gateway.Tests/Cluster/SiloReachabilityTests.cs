using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace Rollcall.Cluster;

public sealed class SiloReachabilityTests
{
    private static readonly SiloAddress One = SiloAddress.New(IPAddress.Loopback, 1, 1), Other = SiloAddress.New(IPAddress.Loopback, 2, 1);
    private static readonly TimeSpan Relaying = TimeSpan.FromSeconds(7), Second = TimeSpan.FromSeconds(1), Moment = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider _clock = new();
    private readonly SiloReachability _reachability;

    public SiloReachabilityTests() => _reachability = new SiloReachability(_clock, Relaying);

    [Fact]
    public void A_silo_that_has_a_second_to_answer_is_reached()
    {
        _reachability.Asked(One);
        _clock.Advance(Second);
        Assert.True(_reachability.ReachesAll);
        _clock.Advance(Moment);
        Assert.False(_reachability.ReachesAll);
    }

    [Fact]
    public void One_silent_silo_among_others_is_enough()
    {
        for (var tick = 0; tick < 4; tick++)
        {
            _reachability.Asked(One);
            _reachability.Asked(Other);
            _clock.Advance(Second / 2);
            _reachability.Answered(One);
        }

        Assert.False(_reachability.ReachesAll);
        Assert.Equal(2 * Second, _reachability.Unanswered);
        _reachability.Answered(Other);
        Assert.True(_reachability.ReachesAll);
        Assert.Equal(TimeSpan.Zero, _reachability.Unanswered);
    }

    [Fact]
    public void One_that_is_dead_is_doubted_until_no_call_goes_through_it()
    {
        _reachability.Asked(One);
        _clock.Advance(2 * Second);
        _reachability.Left(One);
        Assert.False(_reachability.ReachesAll);
        Assert.Equal(TimeSpan.Zero, _reachability.Unanswered);
        _clock.Advance(Relaying);
        Assert.False(_reachability.ReachesAll);
        _clock.Advance(Moment);
        Assert.True(_reachability.ReachesAll);
    }

    [Fact]
    public void One_that_answered_until_it_left_leaves_no_doubt()
    {
        _reachability.Asked(One);
        _reachability.Answered(One);
        _clock.Advance(2 * Second);
        _reachability.Asked(One);
        _reachability.Left(One);
        Assert.True(_reachability.ReachesAll);
    }
}
