using System.Collections.Concurrent;

namespace Rollcall.Feed;

/// <summary>A gateway's ear that writes down what it hears.</summary>
internal sealed class RecordingFeedObserver : IFeedObserver
{
    private int _changesOfMembership;

    public ConcurrentQueue<FeedItem> Heard { get; } = new();

    public int ChangesOfMembership => Volatile.Read(ref _changesOfMembership);

    public ValueTask Changed(IReadOnlyList<FeedItem> items)
    {
        foreach (var item in items)
        {
            Heard.Enqueue(item);
        }

        return ValueTask.CompletedTask;
    }

    public ConcurrentQueue<(IReadOnlyList<CommandItem> Items, bool Missed)> Commands { get; } = new();

    /// <summary>What it makes of news of commands, before it writes them down.</summary>
    public Func<ValueTask> AtCommands { get; set; } = () => ValueTask.CompletedTask;

    public async ValueTask CommandsChanged(IReadOnlyList<CommandItem> items, bool missed)
    {
        await AtCommands();
        Commands.Enqueue((items, missed));
    }

    public ValueTask MembershipChanged()
    {
        Interlocked.Increment(ref _changesOfMembership);
        return ValueTask.CompletedTask;
    }
}
