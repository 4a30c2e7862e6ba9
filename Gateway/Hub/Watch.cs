using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Roster;

namespace Rollcall.Hub;

/// <summary>
/// What one connection watches: what its client has been told, and what it is to be told next, one entry a device. A client
/// that reads slowly gets fewer, newer entries; both tables hold no more than the watched devices. Pure but for its lock.
/// </summary>
internal sealed class Watch(WatchQuery query)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string>? _ids = query.DeviceIds?.ToHashSet();
    private readonly Dictionary<string, DeviceVersion> _told = [];
    private Dictionary<string, FeedItem> _urgent = [];
    private Dictionary<string, FeedItem> _calm = [];
    private Dictionary<string, FeedItem>? _early = [];
    private int _conflated;

    public WatchQuery Query => query;

    /// <summary>Devices whose entries wait to be sent.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _urgent.Count + _calm.Count;
            }
        }
    }

    /// <summary>Takes a change over.</summary>
    /// <returns>True: something is to be sent at once, not with the next second.</returns>
    public bool Offer(FeedItem item)
    {
        lock (_gate)
        {
            if (_early is not null)
            {
                _early[item.DeviceId] = _early.TryGetValue(item.DeviceId, out var earlier) ? earlier.Then(item) : item;
                _conflated += earlier is null ? 0 : 1;
                return false;
            }

            return Take(item);
        }
    }

    /// <summary>The snapshot that the client is told; what came before it was read is merged, so that there is no gap.</summary>
    public void Begin(IReadOnlyList<DeviceVersion> snapshot)
    {
        lock (_gate)
        {
            foreach (var device in snapshot)
            {
                _told[device.Device.DeviceId] = device;
            }

            var early = _early ?? [];
            _early = null;
            foreach (var item in early.Values)
            {
                Take(item);
            }
        }
    }

    /// <summary>What the store says later: a change that was lost on its way is taken as if it had come.</summary>
    /// <returns>Devices that the client has been told of and the store no longer has among the watched.</returns>
    public IReadOnlyList<string> Heal(IReadOnlyList<DeviceVersion> stored, string customerId)
    {
        lock (_gate)
        {
            foreach (var device in stored)
            {
                if (!_told.TryGetValue(device.Device.DeviceId, out var told) || told.Life != device.Life || told.Revision < device.Revision)
                {
                    Take(new FeedItem(customerId, device.Device.DeviceId, device, FeedChange.Presence));
                }
            }

            var there = stored.Select(device => device.Device.DeviceId).ToHashSet();
            return [.. _told.Keys.Where(id => !there.Contains(id))];
        }
    }

    /// <summary>What to send now. <paramref name="all"/>: also what may wait for the next second.</summary>
    public IReadOnlyList<Told> Drain(bool all)
    {
        lock (_gate)
        {
            var urgent = _urgent;
            _urgent = [];
            var calm = all ? _calm : [];
            _calm = all ? [] : _calm;
            return [.. urgent.Values.Concat(calm.Values).Select(Tell).OfType<Told>()];
        }
    }

    /// <summary>How many updates were folded into a newer one since this was asked last.</summary>
    public int TakeConflated() => Interlocked.Exchange(ref _conflated, 0);

    private bool Take(FeedItem item)
    {
        var id = item.DeviceId;
        var told = _told.GetValueOrDefault(id);
        var waiting = _urgent.GetValueOrDefault(id) ?? _calm.GetValueOrDefault(id);
        if ((told is null && waiting is null && (item.Now is null || !Matches(item.Now.Device) || IsFull))
            || (item.Now is not null && told is not null && !item.What.HasFlag(FeedChange.Removed) && !item.Now.Follows(told)))
        {
            return false;
        }

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

    private bool IsFull => _told.Count + _urgent.Count >= query.Limit;

    private Told? Tell(FeedItem item)
    {
        var known = _told.ContainsKey(item.DeviceId);
        var replaced = known && item.What.HasFlag(FeedChange.Removed);
        if (item.Now is null || !Matches(item.Now.Device))
        {
            _told.Remove(item.DeviceId);
            return known ? new Told(item, Entering: false, Gone: item.Now is null || replaced) : null;
        }

        _told[item.DeviceId] = item.Now;
        return new Told(item, Entering: !known || replaced, Gone: replaced);
    }

    private bool Matches(Device device) =>
        (query.Statuses is null || query.Statuses.Contains(device.Status))
        && (_ids is null || _ids.Contains(device.DeviceId))
        && (query.Search is null
            || device.DeviceId.Contains(query.Search, StringComparison.OrdinalIgnoreCase)
            || device.Name?.Contains(query.Search, StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>One thing to tell a client.</summary>
/// <param name="Entering">The client does not know the device yet.</param>
/// <param name="Gone">The device that the client knew was removed.</param>
internal sealed record Told(FeedItem Item, bool Entering, bool Gone);
