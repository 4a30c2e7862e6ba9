using Rollcall.Feed;
using Rollcall.Fleet;

namespace Rollcall.PortalApi.Hub;

/// <summary>
/// What one connection watches: what its client has been sent, and what is to be sent next, the newest of each key. A client that reads
/// slowly gets fewer, newer entries. No table holds more than the watched devices and a bounded number of entries that have an end. Of a device
/// that was sent it keeps the version, and no row. Pure but for its lock.
/// </summary>
/// <param name="mostEnding">Entries of topics whose ends are kept that may wait: a client for which more do cannot be served any more.</param>
/// <param name="share">Gives the customer's one instance of a device's id.</param>
internal sealed partial class Watch(WatchQuery query, int mostEnding = 1_000, Func<string, string>? share = null)
{
    // Approximate memory of an entry: measured with 5,000 devices, rounded up.
    private const int SnapshotBytes = 300;
    private const int MostText = 8 * 1024 * 1024;
    public const int NamedBytes = 120;
    private readonly Lock _gate = new();
    private readonly SentDevices _sent = new(share);
    private readonly FeedBuffer _urgent = new(mostEnding, FeedBuffer.BytesOf(mostEnding, MostText));
    private readonly FeedBuffer _calm = new(mostEnding, FeedBuffer.BytesOf(mostEnding, MostText));
    private FeedBuffer? _early = new(mostEnding, FeedBuffer.BytesOf(mostEnding, MostText));
    private int _entering;
    private int _conflated;
    private long _answer;

    public WatchQuery Query => query;

    /// <summary>Which devices the client is sent. The store reads by the same filter: a device in only one of the two would come and go.</summary>
    public DeviceFilter Filter { get; } = query.ToFilter();

    /// <summary>More entries came before the snapshot than are kept: the watch must be healed once it has begun.</summary>
    public bool HasMissed { get; private set; }

    /// <summary>Its client has been sent the snapshot.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_gate)
            {
                return _early is null;
            }
        }
    }

    /// <summary>An entry that has an end was dropped before it was sent: the client must learn that it has missed some.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Devices whose commands the client asked for by name, whether or not it watches them; null: those that it watches.</summary>
    public HashSet<string>? CommandsOf { get; set; }

    /// <summary>Entries that wait to be sent.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _urgent.Count + _calm.Count + (_early?.Count ?? 0);
            }
        }
    }

    /// <summary>Approximate bytes of memory that it takes.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _sent.Bytes + ((Filter.DeviceIds?.Count ?? 0) * NamedBytes) + Backlog;
            }
        }
    }

    /// <summary>Of these, the bytes that wait for a client that does not read: its snapshot on the way, and changes.</summary>
    public long Backlog
    {
        get
        {
            lock (_gate)
            {
                return _answer + _urgent.Bytes + _calm.Bytes + (_early?.Bytes ?? 0);
            }
        }
    }

    private bool IsFull => _sent.Count + _entering >= query.Limit;

    /// <summary>Takes a change from the feed.</summary>
    /// <returns>True: there is something to send at once, not with the next second.</returns>
    public bool Offer(IFeedEntry entry)
    {
        var named = entry is FeedItem ? null : CommandsOf;
        if (named is null ? Filter.DeviceIds?.Contains(entry.DeviceId) == false : !named.Contains(entry.DeviceId))
        {
            return false;
        }

        lock (_gate)
        {
            return _early is not null ? Keep(_early, entry)
                : entry is FeedItem item ? Take(item)
                : (named is not null || IsKnown(entry.DeviceId)) && Enqueue(entry);
        }
    }

    /// <summary>Begins with the snapshot that the client is sent; entries that came before it was read are merged, so that there is no gap.</summary>
    public void Begin(IReadOnlyList<DeviceVersion> snapshot)
    {
        lock (_gate)
        {
            foreach (var device in snapshot)
            {
                _sent.Add(device);
                _answer += SnapshotBytes + device.Device.DeviceId.Length + (device.Device.Name?.Length ?? 0) + (device.Device.Location?.Length ?? 0)
                    + (device.Device.Metrics?.Length ?? 0) + (device.Device.IgnoredMetrics?.Sum(name => name.Length) ?? 0);
            }

            var early = _early?.Take() ?? [];
            _early = null;
            foreach (var (topic, entries, missed) in early)
            {
                foreach (var entry in entries)
                {
                    _ = entry is FeedItem item ? Take(item) : Enqueue(entry);
                }

                if (missed)
                {
                    _urgent.Miss(topic);
                }
            }
        }
    }

    /// <summary>The client has the snapshot: it has taken something that was sent later.</summary>
    public void AnswerTaken()
    {
        lock (_gate)
        {
            _answer = 0;
        }
    }

    /// <summary>Takes what is to be sent now, devices before their events. <paramref name="all"/>: also what may wait for the next second.</summary>
    public IReadOnlyList<ClientUpdate> Drain(bool all)
    {
        lock (_gate)
        {
            if (_early is not null)
            {
                return [];
            }

            _entering = 0;
            var updates = new List<ClientUpdate>();
            foreach (var (_, entries, missed) in (IEnumerable<FeedPortion>)[.. _urgent.Take(), .. all ? _calm.Take() : []])
            {
                IsBehind |= missed;
                updates.AddRange(entries.Select(ToUpdate).OfType<ClientUpdate>());
            }

            return updates;
        }
    }

    /// <summary>How many updates were folded into a newer one since this was asked last.</summary>
    public int TakeConflated() => Interlocked.Exchange(ref _conflated, 0);

    private bool Keep(FeedBuffer early, IFeedEntry entry)
    {
        if (entry.Topic.KeepsEnds || early.Devices < query.Limit || early.Find(entry.Topic, entry.Key) is not null)
        {
            _conflated += early.Add(entry) ? 1 : 0;
        }
        else
        {
            HasMissed = true;
        }

        return false;
    }

    /// <summary>Queues an entry that is sent at once, after its device.</summary>
    private bool Enqueue(IFeedEntry entry)
    {
        _conflated += _urgent.Add(entry) ? 1 : 0;
        return true;
    }

    /// <summary>The client has been sent the device, or will be before its events.</summary>
    private bool IsKnown(string deviceId) => _sent.Contains(deviceId) || _urgent.Find(FeedTopic.Devices, deviceId) is not null;

    private bool Take(FeedItem item)
    {
        var id = item.DeviceId;
        var sent = _sent.Find(id);
        var waiting = (FeedItem?)(_urgent.Find(FeedTopic.Devices, id) ?? _calm.Find(FeedTopic.Devices, id));
        var enters = sent is null && waiting is null;
        if (enters ? item.Now is null || !Filter.Matches(item.Now.Device) || IsFull : _sent.IsNewerThan(item))
        {
            return false;
        }

        _entering += enters ? 1 : 0;
        _conflated += waiting is null ? 0 : 1;
        item = waiting?.Then(item) ?? item;
        _calm.Remove(FeedTopic.Devices, id);
        var isCalm = item.What == FeedChange.Beat && sent is not null && Filter.Matches(item.Now!.Device);
        (isCalm ? _calm : _urgent).Add(item);
        return !isCalm;
    }

    private ClientUpdate? ToUpdate(IFeedEntry entry) => entry is FeedItem item ? ToDeviceUpdate(item)
        : CommandsOf is { } named ? named.Contains(entry.DeviceId) ? new ClientUpdate(entry) : null
        : _sent.Contains(entry.DeviceId) ? new ClientUpdate(entry) : null;

    private ClientUpdate? ToDeviceUpdate(FeedItem item)
    {
        var sent = _sent.Find(item.DeviceId);
        if (item.Now is null || !Filter.Matches(item.Now.Device))
        {
            _sent.Remove(item.DeviceId);
            _healings.ForEach(healing => healing.Left(item.DeviceId));
            return sent is null ? null : new ClientUpdate(item, Gone: item.Now is null);
        }

        _sent.Add(item.Now);
        var another = sent is { } known && known.Life != item.Now.Life;
        return new ClientUpdate(item, Entering: sent is null || another, Gone: another);
    }
}
