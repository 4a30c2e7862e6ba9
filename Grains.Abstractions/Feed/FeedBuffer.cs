namespace Rollcall.Feed;

/// <summary>
/// Entries that wait to be sent: one for each thing, with newer ones conflated. Topics that keep ends are bounded, by number and by size; beyond
/// that, all waiting entries of the topic are dropped and reported as missed. Not thread-safe.
/// </summary>
/// <param name="most">Entries of topics that keep ends, at most.</param>
/// <param name="mostBytes">Bytes of memory that those may take.</param>
public sealed class FeedBuffer(int most, long mostBytes)
{
    /// <summary>Approximate bytes of an entry with an end, beside its texts.</summary>
    internal const int Overhead = 500;

    private readonly HashSet<FeedTopic> _missed = [];
    private Dictionary<(FeedTopic Topic, string Key), IFeedEntry> _entries = [];
    private int _ending;
    private long _endingBytes;

    /// <summary>Approximate bytes of a number of entries with an end and of their texts.</summary>
    public static long BytesOf(int entries, long text) => ((long)entries * Overhead) + text;

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty => _entries.Count == 0 && _missed.Count == 0;

    /// <summary>Entries that wait.</summary>
    public int Count => _entries.Count;

    /// <summary>Approximate bytes of memory that they take.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many of these are of topics that keep no ends: one for each device.</summary>
    public int Devices => _entries.Count - _ending;

    public IFeedEntry? Find(FeedTopic topic, string key) => _entries.GetValueOrDefault((topic, key));

    /// <returns>True: it was conflated with one that waited.</returns>
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

    /// <summary>An entry of the topic was lost before it could be sent.</summary>
    public void Miss(FeedTopic topic)
    {
        // A new one: a dictionary with holes would return later entries in another order.
        var left = _entries.Values.Where(entry => entry.Topic != topic).ToArray();
        (_entries, _ending, _endingBytes, Bytes) = ([], 0, 0, 0);
        foreach (var entry in left)
        {
            Add(entry);
        }

        _missed.Add(topic);
    }

    /// <summary>Takes what waits, by topic and in the order of each thing's first entry; and whether entries before it were missed.</summary>
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

/// <summary>The entries of one topic.</summary>
/// <param name="Missed">Entries before these were lost.</param>
public sealed record FeedPortion(FeedTopic Topic, IReadOnlyList<IFeedEntry> Entries, bool Missed);
