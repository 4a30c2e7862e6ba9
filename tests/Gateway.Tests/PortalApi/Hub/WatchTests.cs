using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Fleet;

namespace Rollcall.PortalApi.Hub;

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
        Assert.All(told, one => Assert.Equal(49, Item(one).Now!.Revision));
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
        Assert.Equal("d1", Assert.Single(watch.Drain(all: true)).Entry.DeviceId);
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
        using var healing = watch.BeginHealing("c");
        Assert.Equal("d1", Assert.Single(healing.TakeStored([Version(0, 4)])).DeviceId);
        Assert.Equal(4, Item(Assert.Single(watch.Drain(all: false))).Now!.Revision);
    }

    [Fact]
    public void What_left_while_the_store_was_read_is_not_brought_back_by_an_older_answer()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        watch.Begin([Version(0, 1), Version(1, 1)]);
        using var healing = watch.BeginHealing("c");
        watch.Offer(FeedItem.Removal("c", "d0", 1));
        watch.Drain(all: true);
        watch.Offer(FeedItem.Removal("c", "d1", 1));
        Assert.Empty(healing.TakeStored([Version(0, 2), Version(1, 2)]).Select(device => device.DeviceId).Except(["d1"]));
        healing.TakeMissing([], []);
        var told = Assert.Single(watch.Drain(all: true));
        Assert.Equal(("d1", true), (told.Entry.DeviceId, told.Gone));
    }

    [Fact]
    public void What_is_no_more_is_told_and_what_only_left_the_page_is_not()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        watch.Begin([Version(0, 1), Version(1, 1), Version(2, 1)]);
        using var healing = watch.BeginHealing("c");
        var missing = healing.TakeStored([Version(0, 1)]);
        healing.TakeMissing(missing, [Version(1, 1)]);
        var told = Assert.Single(watch.Drain(all: true));
        Assert.Equal(("d2", true), (told.Entry.DeviceId, told.Gone));
    }

    [Fact]
    public void A_device_added_anew_is_told_as_another_one_in_whatever_order_the_news_come()
    {
        foreach (var news in new FeedItem[][] { [FeedItem.Removal("c", "d0", 1), New()], [New(), FeedItem.Removal("c", "d0", 1)] })
        {
            foreach (var together in new[] { true, false })
            {
                var watch = new Watch(new WatchQuery(null, null, null, 10));
                watch.Begin([Version(0, 5)]);
                var told = new List<ClientUpdate>();
                foreach (var one in news)
                {
                    watch.Offer(one);
                    told.AddRange(together ? [] : watch.Drain(all: true));
                }

                told.AddRange(watch.Drain(all: true));
                Assert.Single(told, one => one.Gone);
                Assert.True(told[^1].Entering);
                Assert.Equal(2, Item(told[^1]).Now!.Life);
            }
        }

        static FeedItem New() => new("c", "d0", Version(0, 1) with { Life = 2 }, FeedChange.Registered);
    }

    [Fact]
    public void Entries_of_known_devices_keep_no_new_one_out()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 3));
        watch.Begin([Version(0, 1), Version(1, 1)]);
        watch.Offer(new FeedItem("c", "d0", Version(0, 2), FeedChange.Presence));
        watch.Offer(new FeedItem("c", "d1", Version(1, 2), FeedChange.Presence));
        Assert.True(watch.Offer(new FeedItem("c", "d2", Version(2, 1), FeedChange.Registered)));
        Assert.False(watch.Offer(new FeedItem("c", "d3", Version(3, 1), FeedChange.Registered)));
        Assert.Equal(3, watch.Drain(all: true).Count);
    }

    [Fact]
    public void Before_the_snapshot_no_more_is_kept_than_is_watched_and_the_rest_is_healed()
    {
        var watch = new Watch(new WatchQuery(null, ["d0", "d1", "d7"], null, 2));
        for (var number = 0; number < 100; number++)
        {
            watch.Offer(new FeedItem("c", $"d{number}", Version(number, 2), FeedChange.Presence));
            Assert.InRange(watch.Waiting, 0, 2);
        }

        Assert.True(watch.HasMissed);
    }

    private static FeedItem Item(ClientUpdate update) => Assert.IsType<FeedItem>(update.Entry);

    private static DeviceVersion Version(int number, long revision) => new(
        new Device($"d{number}", "c", null, null, DeviceMode.Active, DeviceStatus.Online, DeviceHealth.Healthy, PresenceReason.Heartbeat, default,
            default, false, null, 1),
        Life: 1, revision);
}
