using Rollcall.Feed;

namespace Rollcall.Hub;

/// <summary>
/// What a customer's portals were told of and has not ended. What ends it may be lost with a silo, so it is read again from
/// time to time. Bounded: what comes when it is full is told, and not healed.
/// </summary>
internal sealed class UnfinishedEntries(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(FeedTopic Topic, string Key), IEndingEntry> _unfinished = [];

    /// <summary>An entry is told.</summary>
    public void Note(IFeedEntry told)
    {
        if (told is not IEndingEntry entry)
        {
            return;
        }

        lock (_gate)
        {
            var name = (entry.Topic, entry.Key);
            if (entry.IsEnd)
            {
                _unfinished.Remove(name);
            }
            else if (_unfinished.GetValueOrDefault(name) is { } known ? entry.Follows(known) : _unfinished.Count < most)
            {
                _unfinished[name] = entry.Bare();
            }
        }
    }

    /// <summary>Which they are, in portions of one topic each.</summary>
    public IReadOnlyList<IEndingEntry[]> Portions(int size)
    {
        lock (_gate)
        {
            return [.. _unfinished.Values.GroupBy(entry => entry.Topic).SelectMany(topic => topic.Chunk(size))];
        }
    }

    /// <summary>What the store has of a portion.</summary>
    /// <returns>What is newer than was told. What is no more is forgotten.</returns>
    public IReadOnlyList<IEndingEntry> News(IReadOnlyList<IEndingEntry> portion, IReadOnlyList<IEndingEntry> stored)
    {
        lock (_gate)
        {
            foreach (var gone in portion.ExceptBy(stored.Select(entry => entry.Key), entry => entry.Key))
            {
                _unfinished.Remove((gone.Topic, gone.Key));
            }

            return [.. stored.Where(entry => _unfinished.TryGetValue((entry.Topic, entry.Key), out var known) && !known.Follows(entry))];
        }
    }
}
