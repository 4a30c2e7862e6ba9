namespace Rollcall.Feed;

/// <summary>
/// What waits to be told: one entry a thing, newer ones folded in. Of topics whose ends are kept there is a bound, by number and by size; what is
/// more is let go of with all that waits of the topic, and said to be missed. Not thread-safe.
/// </summary>
/// <param name="most">Entries of topics whose ends are kept.</param>
/// <param name="mostBytes">Of memory that those take.</param>
public sealed class FeedBuffer(int most, long mostBytes)
{
    /// <summary>Of an entry with an end beside its texts, about.</summary>
    internal const int Overhead = 500;

    private readonly HashSet<FeedTopic> _missed = [];
    private Dictionary<(FeedTopic Topic, string Key), IFeedEntry> _entries = [];
    private int _ending;
    private long _endingBytes;

    /// <summary>The memory that so many entries with an end take, with so much text among them.</summary>
    public static long BytesOf(int entries, long text) => ((long)entries * Overhead) + text;

    /// <summary>There is nothing to be told.</summary>
    public bool IsEmpty => _entries.Count == 0 && _missed.Count == 0;

    /// <summary>Entries that wait.</summary>
    public int Count => _entries.Count;

    /// <summary>Bytes of memory that they take, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>Of these, entries of topics whose ends are not kept: one a device.</summary>
    public int Devices => _entries.Count - _ending;

    public IFeedEntry? Find(FeedTopic topic, string key) => _entries.GetValueOrDefault((topic, key));

    /// <returns>True: it was folded with one that waited.</returns>
    public bool Add(IFeedEntry entry)
    {
        var name = (entry.Topic, entry.Key);
        var earlier = _entries.GetValueOrDefault(name);
        var now = earlier?.Then(entry) ?? entry;
        _entries[name] = now;
        Weigh(entry.Topic, earlier is null ? 1 : 0, now.Bytes - (earlier?.Bytes ?? 0));
        if (entry.Topic.KeepsEnds && (_ending > most || _endingBytes > mostBytes))
        {
            Miss(entry.Topic);
        }

        return earlier is not null;
    }

    public void Remove(FeedTopic topic, string key)
    {
        if (_entries.Remove((topic, key), out var entry))
        {
            Weigh(topic, -1, -entry.Bytes);
        }
    }

    /// <summary>Something of the topic cannot be told any more.</summary>
    public void Miss(FeedTopic topic)
    {
        // Made anew: a table with holes would give what comes next in another order.
        var left = _entries.Values.Where(entry => entry.Topic != topic).ToArray();
        (_entries, _ending, _endingBytes, Bytes) = ([], 0, 0, 0);
        foreach (var entry in left)
        {
            Add(entry);
        }

        _missed.Add(topic);
    }

    /// <summary>What waits, by topic, in the order in which it came, each at the place of its first; and what was missed before it.</summary>
    public IReadOnlyList<FeedPortion> Take()
    {
        if (IsEmpty)
        {
            return [];
        }

        FeedPortion[] taken =
        [
            .. FeedTopic.All.Select(topic => new FeedPortion(
                topic, [.. _entries.Values.Where(entry => entry.Topic == topic)], _missed.Contains(topic)))
                .Where(portion => portion.Entries.Count > 0 || portion.Missed),
        ];
        (_entries, _ending, _endingBytes, Bytes) = ([], 0, 0, 0);
        _missed.Clear();
        return taken;
    }

    private void Weigh(FeedTopic topic, int entries, int bytes)
    {
        Bytes += bytes;
        if (topic.KeepsEnds)
        {
            _ending += entries;
            _endingBytes += bytes;
        }
    }
}

/// <summary>What waited of one topic.</summary>
/// <param name="Missed">There were others before, which cannot be told any more.</param>
public sealed record FeedPortion(FeedTopic Topic, IReadOnlyList<IFeedEntry> Entries, bool Missed);
