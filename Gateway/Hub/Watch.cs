using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Roster;

namespace Rollcall.Hub;

/// <summary>
/// What one connection watches: what its client has been told, and what it is to be told next, one entry a device. A client
/// that reads slowly gets fewer, newer entries; no table holds more than the watched devices. Of what was told it keeps which version
/// that was, and no row. Pure but for its lock.
/// </summary>
/// <param name="share">Gives the customer's one instance of a device's id.</param>
internal sealed partial class Watch(WatchQuery query, int mostCommands = 1_000, Func<string, string>? share = null)
{
    // What an entry takes in memory, about: measured with 5,000 devices, rounded up.
    private const int ToldBytes = 64;
    private const int WaitingBytes = 200;
    private const int AnsweredBytes = 300;
    public const int NamedBytes = 120;
    private readonly Lock _gate = new();
    private readonly HashSet<string>? _ids = query.DeviceIds?.ToHashSet();
    private readonly string? _search = SearchText.Fold(query.Search);
    private readonly Dictionary<string, VersionStamp> _told = [];
    private Dictionary<string, FeedItem> _urgent = [];
    private Dictionary<string, FeedItem> _calm = [];
    private Dictionary<string, FeedItem>? _early = [];
    private int _entering;
    private int _conflated;
    private long _answer;

    public WatchQuery Query => query;

    /// <summary>More came before the snapshot than is kept: it must be healed once it has begun.</summary>
    public bool HasMissed { get; private set; }

    /// <summary>Its client has been told the snapshot.</summary>
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

    /// <summary>Devices and commands whose entries wait to be sent.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _urgent.Count + _calm.Count + (_early?.Count ?? 0) + _commands.Count;
            }
        }
    }

    /// <summary>Bytes of memory that it takes, about.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return (_told.Count * ToldBytes) + ((_ids?.Count ?? 0) * NamedBytes) + Backlog;
            }
        }
    }

    /// <summary>Of these what waits for a client that does not read: its snapshot on the way, and changes.</summary>
    public long Backlog
    {
        get
        {
            lock (_gate)
            {
                return _answer + ((_urgent.Count + _calm.Count + (_early?.Count ?? 0)) * WaitingBytes) + _commands.Bytes;
            }
        }
    }

    private bool IsFull => _told.Count + _entering >= query.Limit;

    /// <summary>Takes a change over.</summary>
    /// <returns>True: something is to be sent at once, not with the next second.</returns>
    public bool Offer(FeedItem item)
    {
        if (_ids?.Contains(item.DeviceId) == false)
        {
            return false;
        }

        lock (_gate)
        {
            return _early is null ? Take(item) : Keep(_early, item);
        }
    }

    /// <summary>The snapshot that the client is told; what came before it was read is merged, so that there is no gap.</summary>
    public void Begin(IReadOnlyList<DeviceVersion> snapshot)
    {
        lock (_gate)
        {
            foreach (var device in snapshot)
            {
                _told[share?.Invoke(device.Device.DeviceId) ?? device.Device.DeviceId] = VersionStamp.Of(device);
                _answer += AnsweredBytes + device.Device.DeviceId.Length + (device.Device.Name?.Length ?? 0) + (device.Device.Location?.Length ?? 0)
                    + (device.Device.Metrics?.Length ?? 0) + (device.Device.IgnoredMetrics?.Sum(name => name.Length) ?? 0);
            }

            var early = _early ?? [];
            _early = null;
            foreach (var item in early.Values)
            {
                Take(item);
            }
        }
    }

    /// <summary>The snapshot is with the client: something that was sent after it has been taken.</summary>
    public void AnswerTaken()
    {
        lock (_gate)
        {
            _answer = 0;
        }
    }

    /// <summary>Of devices what to send now. <paramref name="all"/>: also what may wait for the next second.</summary>
    public IReadOnlyList<Told> Drain(bool all)
    {
        lock (_gate)
        {
            var urgent = _urgent;
            _urgent = [];
            _entering = 0;
            var calm = all ? _calm : [];
            _calm = all ? [] : _calm;
            return [.. urgent.Values.Concat(calm.Values).Select(Tell).OfType<Told>()];
        }
    }

    /// <summary>How many updates were folded into a newer one since this was asked last.</summary>
    public int TakeConflated() => Interlocked.Exchange(ref _conflated, 0);

    private bool Keep(Dictionary<string, FeedItem> early, FeedItem item)
    {
        if (early.TryGetValue(item.DeviceId, out var earlier))
        {
            early[item.DeviceId] = earlier.Then(item);
            _conflated++;
        }
        else if (early.Count < query.Limit)
        {
            early[item.DeviceId] = item;
        }
        else
        {
            HasMissed = true;
        }

        return false;
    }

    private bool Take(FeedItem item)
    {
        var id = item.DeviceId;
        VersionStamp? told = _told.TryGetValue(id, out var stamp) ? stamp : null;
        var waiting = _urgent.GetValueOrDefault(id) ?? _calm.GetValueOrDefault(id);
        var enters = told is null && waiting is null;
        if (enters ? item.Now is null || !Matches(item.Now.Device) || IsFull : told is { } known && IsOlder(item, known))
        {
            return false;
        }

        _entering += enters ? 1 : 0;
        _conflated += waiting is null ? 0 : 1;
        item = waiting?.Then(item) ?? item;
        _calm.Remove(id);
        if (item.What == FeedChange.Beat && told is not null && Matches(item.Now!.Device))
        {
            _calm[id] = item;
            return false;
        }

        _urgent[id] = item;
        return true;
    }

    private Told? Tell(FeedItem item)
    {
        VersionStamp? told = _told.TryGetValue(item.DeviceId, out var stamp) ? stamp : null;
        if (item.Now is null || !Matches(item.Now.Device))
        {
            _told.Remove(item.DeviceId);
            _healings.ForEach(healing => healing.Left(item.DeviceId));
            return told is null ? null : new Told(item, Entering: false, Gone: item.Now is null);
        }

        _told[share?.Invoke(item.DeviceId) ?? item.DeviceId] = VersionStamp.Of(item.Now);
        var another = told is { } known && known.Life != item.Now.Life;
        return new Told(item, Entering: told is null || another, Gone: another);
    }

    private static bool IsOlder(FeedItem item, VersionStamp told) => item.Now is { } now ? !VersionStamp.Of(now).Follows(told) : told.Life > item.Ended;

    /// <summary>By the store's rule, letter for letter: a device that only one of the two saw in the filter would come and go.</summary>
    private bool Matches(Device device) =>
        (query.Statuses is null || query.Statuses.Contains(device.Status))
        && (_ids is null || _ids.Contains(device.DeviceId))
        && (_search is null
            || SearchText.Fold(device.DeviceId).Contains(_search, StringComparison.Ordinal)
            || SearchText.Fold(device.Name)?.Contains(_search, StringComparison.Ordinal) == true);
}

/// <summary>Which version of a device that was (<see cref="DeviceVersion"/>), without the device.</summary>
internal readonly record struct VersionStamp(long Life, long Revision)
{
    public static VersionStamp Of(DeviceVersion device) => new(device.Life, device.Revision);

    /// <summary>As <see cref="DeviceVersion.Follows"/>.</summary>
    public bool Follows(VersionStamp other) => Life > other.Life || (Life == other.Life && Revision >= other.Revision);
}

/// <summary>One thing to tell a client.</summary>
/// <param name="Entering">The client does not know the device yet.</param>
/// <param name="Gone">The device that the client knew was removed.</param>
internal sealed record Told(FeedItem Item, bool Entering, bool Gone);
