using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Commands;
using static Rollcall.Eventual;

namespace Rollcall.Feed;

/// <summary>Changes of commands on their way to a gateway.</summary>
public sealed class CommandNewsTests : IDisposable
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private readonly FakeTimeProvider _clock = new();
    private readonly Feed _feed;
    private readonly Ear _ear = new();

    public CommandNewsTests()
    {
        _feed = new Feed(_clock, NullLoggerFactory.Instance);
        _feed.Learn("acme", new Dictionary<string, IFeedObserver> { ["a"] = _ear });
    }

    public void Dispose() => _feed.Dispose();

    [Fact]
    public void Of_each_command_waits_the_newest_in_whatever_order_they_come()
    {
        var news = new CommandNews(10, 1_000);
        Assert.False(news.Add(Item(1, CommandStatus.Completed)));
        Assert.True(news.Add(Item(1, CommandStatus.Sent)));
        Assert.False(news.Add(Item(2, CommandStatus.Queued)));
        Assert.True(news.Add(Item(2, CommandStatus.Acknowledged)));
        Assert.False(news.Add(Item(3, CommandStatus.Expired)));
        Assert.True(news.Add(Late(3)));
        Assert.True(news.Add(Item(3, CommandStatus.Expired)));
        var (items, missed) = news.Take();
        Assert.False(missed);
        Assert.Equal([CommandStatus.Completed, CommandStatus.Acknowledged, CommandStatus.Expired], items.Select(item => item.Command.Status));
        Assert.True(items[2].Command.Late);
        Assert.True(news.IsEmpty);
    }

    [Fact]
    public void More_than_may_wait_are_let_go_of_and_said_to_be_missed_once()
    {
        var news = new CommandNews(2, 100);
        news.Add(Item(1, CommandStatus.Queued));
        news.Add(Item(2, CommandStatus.Queued));
        Assert.Equal(2, news.Count);
        news.Add(Item(3, CommandStatus.Queued));
        news.Add(Item(4, CommandStatus.Queued));
        var (items, missed) = news.Take();
        Assert.True(missed);
        Assert.Equal(4, Assert.Single(items).Command.Number);
        Assert.False(news.Take().Missed);

        news.Add(Item(5, CommandStatus.Completed, new string('x', 60)));
        news.Add(Item(5, CommandStatus.Completed, new string('y', 90)));
        Assert.Equal(1, news.Count);
        news.Add(Item(6, CommandStatus.Completed, new string('x', 60)));
        Assert.True(news.Take().Missed);
    }

    [Fact]
    public async Task A_gateway_that_is_slow_is_told_the_newest_of_each()
    {
        _feed.Publish(Item(1, CommandStatus.Queued));
        await Eventually(() => Task.FromResult(_ear.Commands.Count == 1));
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

    private Task Told(int times) => Eventually(() =>
    {
        _clock.Advance(Gather);
        return Task.FromResult(_ear.Commands.Count >= times);
    });

    private static CommandItem Late(long number)
    {
        var item = Item(number, CommandStatus.Expired);
        return item with { Command = item.Command with { Late = true } };
    }

    private static CommandItem Item(long number, CommandStatus status, string? result = null) => new("acme", new Command(
        CommandIds.Of(number, new byte[12]), "lamp", number, "blink", null, status, default, default, null, null, null, result, null, Late: false, "owner"));
}
