using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Commands;

namespace Rollcall.Feed;

/// <summary>What waits on its way to a gateway: of each thing the newest, and of what has an end no more than may be.</summary>
public sealed class FeedBufferTests : IDisposable
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private readonly FakeTimeProvider _clock = new();
    private readonly Feed _feed;
    private readonly RecordingFeedObserver _ear = new();

    public FeedBufferTests()
    {
        _feed = new Feed(_clock, NullLoggerFactory.Instance);
        _feed.Update("acme", new Dictionary<string, IFeedObserver> { ["a"] = _ear });
    }

    public void Dispose() => _feed.Dispose();

    [Fact]
    public void Of_each_command_waits_the_newest_in_whatever_order_they_come()
    {
        var news = new FeedBuffer(10, 100_000);
        Assert.False(news.Add(Item(1, CommandStatus.Completed)));
        Assert.True(news.Add(Item(1, CommandStatus.Sent)));
        Assert.False(news.Add(Item(2, CommandStatus.Queued)));
        Assert.True(news.Add(Item(2, CommandStatus.Acknowledged)));
        Assert.False(news.Add(Item(3, CommandStatus.Expired)));
        Assert.True(news.Add(Late(3)));
        Assert.True(news.Add(Item(3, CommandStatus.Expired)));
        var (topic, entries, missed) = Assert.Single(news.Take());
        Assert.Equal((FeedTopic.Commands, false), (topic, missed));
        Command[] commands = [.. entries.Cast<CommandItem>().Select(item => item.Command)];
        Assert.Equal([CommandStatus.Completed, CommandStatus.Acknowledged, CommandStatus.Expired], commands.Select(command => command.Status));
        Assert.True(commands[2].Late);
        Assert.True(news.IsEmpty);
    }

    [Fact]
    public void More_than_may_wait_are_let_go_of_and_said_to_be_missed_once()
    {
        var news = new FeedBuffer(2, 1_200);
        news.Add(Item(1, CommandStatus.Queued));
        news.Add(Item(2, CommandStatus.Queued));
        Assert.Equal(2, news.Count);
        news.Add(Item(3, CommandStatus.Queued));
        news.Add(Item(4, CommandStatus.Queued));
        var (_, entries, missed) = Assert.Single(news.Take());
        Assert.True(missed);
        news.Add(Item(1, CommandStatus.Queued));
        news.Add(Item(2, CommandStatus.Queued));
        news.Miss(FeedTopic.Commands);
        news.Add(Item(3, CommandStatus.Queued));
        news.Add(Item(4, CommandStatus.Queued));
        Assert.Equal([3, 4], Assert.Single(news.Take()).Entries.Cast<CommandItem>().Select(item => (int)item.Command.Number));
        Assert.Equal(4, Assert.IsType<CommandItem>(Assert.Single(entries)).Command.Number);
        Assert.Empty(news.Take());
        Assert.Equal((0, 0), (news.Count, news.Bytes));

        news.Add(Item(5, CommandStatus.Completed, new string('x', 60)));
        news.Add(Item(5, CommandStatus.Completed, new string('y', 90)));
        Assert.Equal(1, news.Count);
        news.Add(Item(6, CommandStatus.Completed, new string('x', 60)));
        Assert.True(Assert.Single(news.Take()).Missed);
    }

    /// <summary>A device and what happens to it wait side by side; letting go of one topic leaves the other alone.</summary>
    [Fact]
    public void Devices_come_before_their_commands_and_have_no_bound_of_number()
    {
        var waiting = new FeedBuffer(1, 100_000);
        for (var number = 1; number <= 3; number++)
        {
            waiting.Add(Item(number, CommandStatus.Queued));
            waiting.Add(FeedItem.Removal("acme", $"device-{number}", 1));
        }

        Assert.Equal(3, waiting.Devices);
        waiting.Remove(FeedTopic.Devices, "device-2");
        var portions = waiting.Take();
        Assert.Equal([(FeedTopic.Devices, false), (FeedTopic.Commands, true)], portions.Select(portion => (portion.Topic, portion.Missed)));
        Assert.Equal(["device-1", "device-3"], portions[0].Entries.Select(entry => entry.DeviceId));
    }

    [Fact]
    public async Task A_gateway_that_is_slow_is_told_the_newest_of_each()
    {
        _feed.Publish(Item(1, CommandStatus.Queued));
        await Eventually.IsSoAsync(() => _ear.Commands.Count == 1);
        _feed.Publish(Item(1, CommandStatus.Sent));
        _feed.Publish(Item(2, CommandStatus.Queued));
        _feed.Publish(Item(1, CommandStatus.Completed));
        await Told(2);
        Assert.Equal([CommandStatus.Completed, CommandStatus.Queued], _ear.Commands.Last().Items.Select(item => item.Command.Status));
        Assert.All(_ear.Commands, told => Assert.False(told.Missed));
    }

    [Fact]
    public async Task What_a_gateway_did_not_take_it_is_told_to_have_missed()
    {
        var asked = 0;
        _ear.AtCommands = () => Interlocked.Increment(ref asked) == 1 ? throw new TimeoutException() : ValueTask.CompletedTask;
        _feed.Publish(Item(1, CommandStatus.Completed));
        await Told(1);
        Assert.Equal(2, asked);
        Assert.True(_ear.Commands.Single().Missed);
        _feed.Publish(Item(2, CommandStatus.Completed));
        await Told(2);
        Assert.False(_ear.Commands.Last().Missed);
    }

    private Task<TimeSpan> Told(int times) => Eventually.IsSoAsync(() =>
    {
        _clock.Advance(Gather);
        return _ear.Commands.Count >= times;
    }, step: Eventually.ShortestStep);

    private static CommandItem Late(long number)
    {
        var item = Item(number, CommandStatus.Expired);
        return item with { Command = item.Command with { Late = true } };
    }

    private static CommandItem Item(long number, CommandStatus status, string? result = null) => new("acme", new Command(
        CommandIds.Of(number, new byte[12]), "lamp", number, "blink", null, status, default, default, null, null, null, result, null,
        Late: false, "owner"));
}
