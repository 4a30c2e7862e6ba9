using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Fleet;

namespace Rollcall.PortalApi.Hub;

/// <summary>What waits of commands for one portal, and what is remembered of those it was told.</summary>
public sealed class CommandWatchTests
{
    [Fact]
    public void Those_of_devices_that_the_client_knows_are_told_the_newest_of_each()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        Assert.False(watch.Offer(Item(1, CommandStatus.Queued, "lamp")));
        Assert.False(watch.Offer(Item(2, CommandStatus.Queued, "door")));
        Assert.Empty(Drained(watch));
        watch.Begin([Version("lamp")]);
        Assert.True(watch.Offer(Item(1, CommandStatus.Completed, "lamp")));
        Assert.False(watch.Offer(Item(3, CommandStatus.Queued, "door")));
        var told = Assert.Single(Drained(watch));
        Assert.Equal((1, CommandStatus.Completed), (told.Number, told.Status));
        Assert.Empty(Drained(watch));
    }

    [Fact]
    public void Those_of_devices_that_the_client_named_are_told_also_when_it_does_not_watch_them_and_no_others()
    {
        var watch = new Watch(new WatchQuery(null, ["lamp"], null, 10)) { CommandsOf = ["door"] };
        watch.Begin([Version("lamp")]);
        Assert.False(watch.Offer(Item(1, CommandStatus.Queued, "lamp")));
        Assert.True(watch.Offer(Item(2, CommandStatus.Queued, "door")));
        Assert.Equal(2, Assert.Single(Drained(watch)).Number);
    }

    [Fact]
    public void A_device_that_has_just_entered_is_told_before_its_commands()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        watch.Begin([]);
        watch.Offer(new FeedItem("acme", "lamp", Version("lamp"), FeedChange.Registered));
        Assert.True(watch.Offer(Item(1, CommandStatus.Queued, "lamp")));
        var updates = watch.Drain(all: false);
        Assert.Equal([FeedTopic.Devices, FeedTopic.Commands], updates.Select(update => update.Entry.Topic));
    }

    [Fact]
    public void A_client_for_which_too_many_wait_is_known_to_have_missed_some_and_holds_no_more()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10), mostEnding: 100);
        watch.Begin([Version("lamp")]);
        for (var number = 1; number <= 1_000; number++)
        {
            watch.Offer(Item(number, CommandStatus.Completed, "lamp"));
            Assert.InRange(watch.Waiting, 0, 100);
        }

        Assert.False(watch.IsBehind);
        watch.Drain(all: false);
        Assert.True(watch.IsBehind);
    }

    /// <summary>PORTAL_COMMANDS says how many; the bound of their texts must not be reached by commands without any.</summary>
    [Fact]
    public void As_many_may_wait_as_is_set()
    {
        var watch = new Watch(new WatchQuery(null, null, null, 10), mostEnding: 50_000);
        watch.Begin([Version("lamp")]);
        for (var number = 1; number <= 50_000; number++)
        {
            watch.Offer(Item(number, CommandStatus.Completed, "lamp"));
        }

        Assert.Equal(50_000, watch.Drain(all: false).Count);
        Assert.False(watch.IsBehind);
    }

    [Fact]
    public void Open_ones_are_remembered_until_they_have_ended_and_no_more_than_may_be()
    {
        var open = new UnfinishedEntries(2);
        open.Note(Item(1, CommandStatus.Sent, "lamp"));
        open.Note(Item(1, CommandStatus.Queued, "lamp"));
        open.Note(Item(2, CommandStatus.Queued, "lamp"));
        open.Note(Item(3, CommandStatus.Queued, "lamp"));
        open.Note(FeedItem.Removal("acme", "lamp", 1));
        var portion = Assert.Single(open.Portions(10));
        Assert.Equal(2, portion.Length);
        Assert.Equal(2, open.Portions(1).Count);

        var news = open.Newer(portion, [Item(1, CommandStatus.Sent, "lamp"), Item(2, CommandStatus.Expired, "lamp")]);
        Assert.Equal(2, Assert.IsType<CommandItem>(Assert.Single(news)).Command.Number);
        open.Note(news[0]);
        Assert.Equal([Item(1, CommandStatus.Queued, "lamp").Command.Id], Assert.Single(open.Portions(10)).Select(one => one.Key));
        Assert.Empty(open.Newer(Assert.Single(open.Portions(10)), []));
        Assert.Empty(open.Portions(10));
    }

    private static Command[] Drained(Watch watch) =>
        [.. watch.Drain(all: false).Select(update => update.Entry).OfType<CommandItem>().Select(item => item.Command)];

    private static CommandItem Item(long number, CommandStatus status, string device) => new("acme", new Command(
        CommandIds.Of(number, new byte[12]), device, number, "blink", null, status, default, default, null, null, null, null, null,
        Late: false, "owner"));

    private static DeviceVersion Version(string id) => new(
        new Device(id, "acme", null, null, DeviceMode.Active, DeviceStatus.Online, null, null, default, null, false, null, 1), 1, 1);
}
