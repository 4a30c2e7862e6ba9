using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Roster;

namespace Rollcall.Hub;

/// <summary>The bound: a portal that does not read costs no more than the devices it watches.</summary>
public sealed class WatchTests
{
    [Fact]
    public void A_portal_that_does_not_read_has_one_entry_a_device_and_the_newest()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 5_000));
        watch.Begin([.. Enumerable.Range(0, 1_000).Select(number => Version(number, 1))]);
        for (var revision = 2; revision < 50; revision++)
        {
            for (var number = 0; number < 1_000; number++)
            {
                watch.Offer(new FeedItem("c", $"d{number}", Version(number, revision), revision % 2 == 0 ? FeedChange.Beat : FeedChange.Presence));
                Assert.InRange(watch.Waiting, 0, 1_000);
            }
        }

        var told = watch.Drain(all: true);
        Assert.Equal(1_000, told.Count);
        Assert.All(told, one => Assert.Equal(49, one.Item.Now!.Revision));
        Assert.Empty(watch.Drain(all: true));
    }

    [Fact]
    public void What_is_older_than_what_was_told_is_not_told()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        watch.Begin([Version(0, 7)]);
        Assert.False(watch.Offer(new FeedItem("c", "d0", Version(0, 6), FeedChange.Presence)));
        Assert.Empty(watch.Drain(all: true));
    }

    [Fact]
    public void What_came_before_the_snapshot_was_read_is_merged_into_it()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        watch.Offer(new FeedItem("c", "d0", Version(0, 3), FeedChange.Presence));
        watch.Offer(new FeedItem("c", "d1", Version(1, 9), FeedChange.Presence));
        watch.Begin([Version(0, 5), Version(1, 8)]);
        Assert.Equal("d1", Assert.Single(watch.Drain(all: true)).Item.DeviceId);
    }

    [Fact]
    public void A_beat_waits_for_the_next_second_and_a_transition_does_not()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        watch.Begin([Version(0, 1)]);
        Assert.False(watch.Offer(new FeedItem("c", "d0", Version(0, 2), FeedChange.Beat)));
        Assert.Empty(watch.Drain(all: false));
        Assert.True(watch.Offer(new FeedItem("c", "d0", Version(0, 3), FeedChange.Presence)));
        Assert.Single(watch.Drain(all: false));
    }

    [Fact]
    public void No_more_devices_than_the_limit_are_watched()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 2));
        watch.Begin([Version(0, 1), Version(1, 1)]);
        Assert.False(watch.Offer(new FeedItem("c", "d2", Version(2, 1), FeedChange.Registered)));
    }

    [Fact]
    public void What_was_lost_on_its_way_heals_and_what_is_gone_is_named()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        watch.Begin([Version(0, 1), Version(1, 1)]);
        Assert.Equal(["d1"], watch.Heal([Version(0, 4)], "c"));
        Assert.Equal(4, Assert.Single(watch.Drain(all: false)).Item.Now!.Revision);
    }

    private static DeviceVersion Version(int number, long revision) => new(
        new Device($"d{number}", "c", null, null, DeviceMode.Active, DeviceStatus.Online, DeviceHealth.Healthy, PresenceReason.Heartbeat, default, default, false, null, 1),
        Life: 1, revision);
}
