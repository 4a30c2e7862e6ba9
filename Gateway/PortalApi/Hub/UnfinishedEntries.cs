using Rollcall.Feed;

namespace Rollcall.PortalApi.Hub;

/// <summary>
/// Entries that were sent to a customer's portals and have not ended. The entry that ends one may be lost with a silo, so they are read again
/// from time to time. Bounded: what comes when it is full is sent, and not healed.
/// </summary>
internal sealed class UnfinishedEntries(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(FeedTopic Topic, string Key), IEndingEntry> _unfinished = [];

    /// <summary>Notes an entry that is sent.</summary>
    public void Note(IFeedEntry sent)
    {
        if (sent is not IEndingEntry entry)
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

    /// <summary>All entries, in portions of one topic each.</summary>
    public IReadOnlyList<IEndingEntry[]> Portions(int size)
    {
        lock (_gate)
        {
            return [.. _unfinished.Values.GroupBy(entry => entry.Topic).SelectMany(topic => topic.Chunk(size))];
        }
    }

    /// <summary>Compares a portion with what the store has of it.</summary>
    /// <returns>Entries that are newer than what was sent. Those that the store no longer has are forgotten.</returns>
    public IReadOnlyList<IEndingEntry> Newer(IReadOnlyList<IEndingEntry> portion, IReadOnlyList<IEndingEntry> stored)
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
