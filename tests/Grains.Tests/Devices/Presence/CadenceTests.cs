using CsCheck;
using Rollcall.Fleet;

namespace Rollcall.Devices.Presence;

public sealed class CadenceTests
{
    private static readonly DeviceOptions Usual = new();
    private static readonly Profile Lamp = Provisioning.NewRow("lamp", "acme", DateTimeOffset.UnixEpoch, null, null, null).Profile;

    [Fact]
    public void The_next_heartbeat_is_due_after_nine_tenths_of_the_interval_to_all_of_it()
    {
        var cadence = Cadence.Of(Lamp, Usual);
        var nexts = Enumerable.Range(0, 2_000).Select(_ => cadence.Next()).ToArray();
        Assert.All(nexts, next => Assert.InRange(next, 27_000, 30_000));
        Assert.True(nexts.Distinct().Count() > 500, "a fleet that started together would stay together");
    }

    [Fact]
    public void The_next_heartbeat_never_leaves_one_second_to_half_the_timeout() =>
        Gen.Select(Gen.Int[1_000, HeartbeatBounds.MostInterval], Gen.Int[2_000, HeartbeatBounds.MostTimeout]).Sample((interval, timeout) =>
            Cadence.Of(Lamp with { HeartbeatInterval = interval, HeartbeatTimeout = timeout }, Usual).Next() is var next
                && next >= 1_000 && next <= timeout / 2);

    [Fact]
    public void A_devices_own_times_take_the_place_of_the_installations()
    {
        Assert.Equal(new Cadence(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90)), Cadence.Of(Lamp, Usual));
        Assert.Equal(
            new Cadence(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90)), Cadence.Of(Lamp with { HeartbeatInterval = 5_000 }, Usual));
        Assert.Equal(
            new Cadence(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)), Cadence.Of(Lamp with { HeartbeatTimeout = 3_600_000 }, Usual));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(45_000, null, true)]
    [InlineData(45_001, null, false)]
    [InlineData(null, 60_000, true)]
    [InlineData(null, 59_999, false)]
    [InlineData(1_000, 2_000, true)]
    [InlineData(1_000, 1_999, false)]
    [InlineData(302_400_000, 604_800_000, true)]
    public void A_timeout_has_room_for_two_intervals(int? interval, int? timeout, bool allowed) =>
        Assert.Equal(allowed, Cadence.IsAllowed(Lamp with { HeartbeatInterval = interval, HeartbeatTimeout = timeout }, Usual));

    [Fact]
    public void A_clusters_shortest_timeout_is_longer()
    {
        var cluster = new DeviceOptions { LeastTimeout = TimeSpan.FromSeconds(6) };
        Assert.False(Cadence.IsAllowed(Lamp with { HeartbeatInterval = 1_000, HeartbeatTimeout = 5_999 }, cluster));
        Assert.True(Cadence.IsAllowed(Lamp with { HeartbeatInterval = 1_000, HeartbeatTimeout = 6_000 }, cluster));
    }

    [Fact]
    public void A_shorter_timeout_holds_once_the_device_has_been_told()
    {
        var daily = Lamp with { HeartbeatInterval = 3_600_000, HeartbeatTimeout = 86_400_000 };
        var shortened = daily.WithTimes(null, null, online: true, Usual);
        Assert.Equal(TimeSpan.FromDays(1), Usual.PresenceOf(shortened).Timeout);
        Assert.Equal(TimeSpan.FromDays(1), Usual.PresenceOf(shortened.WithTimes(1_000, 3_000, online: true, Usual)).Timeout);
        Assert.Equal(TimeSpan.FromSeconds(90), Usual.PresenceOf(shortened with { ToldTimeout = null }).Timeout);
        Assert.Equal(TimeSpan.FromSeconds(90), Usual.PresenceOf(daily.WithTimes(null, null, online: false, Usual)).Timeout);
    }
}
