using System.Collections.Concurrent;
using Rollcall.Customers;
using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Roster;

namespace Rollcall.Hub;

/// <summary>One customer's connections to this gateway.</summary>
internal sealed class CustomerFeed(string customerId, IGrainFactory grains)
{
    private readonly ConcurrentDictionary<string, Connection> _connections = new();
    private int _countsChanged = 1;

    public bool IsEmpty => _connections.IsEmpty;

    public IEnumerable<Connection> Connections => _connections.Values;

    public void Add(string connectionId, Connection connection) => _connections[connectionId] = connection;

    public void Remove(string connectionId) => _connections.TryRemove(connectionId, out _);

    public void Offer(FeedItem item)
    {
        if (item.What != FeedChange.Beat)
        {
            Volatile.Write(ref _countsChanged, 1);
        }

        foreach (var connection in _connections.Values)
        {
            connection.Offer(item);
        }
    }

    /// <summary>One read a second at most, while somebody watches and something changed.</summary>
    public async Task TellCounts()
    {
        if (Interlocked.Exchange(ref _countsChanged, 0) == 1)
        {
            var counts = (await grains.GetRoster(customerId).Snapshot(new WatchQuery(null, [], null, 1))).Counts;
            foreach (var connection in _connections.Values)
            {
                connection.Offer(new CountsBody(counts.Total, counts.Online, counts.Offline));
            }
        }
    }

    /// <summary>Reads again what is watched and takes what is newer: a change lost with a silo, or on its way, comes so.</summary>
    public async Task Heal()
    {
        Volatile.Write(ref _countsChanged, 1);
        foreach (var connection in _connections.Values)
        {
            if (connection.Watch is { } watch)
            {
                await Heal(watch);
                connection.Hurry();
            }
        }
    }

    private async Task Heal(Watch watch)
    {
        var roster = grains.GetRoster(customerId);
        var missing = watch.Heal((await roster.Snapshot(watch.Query)).Devices, customerId);
        if (missing.Count == 0)
        {
            return;
        }

        var elsewhere = await roster.Snapshot(new WatchQuery(null, missing, null, missing.Count));
        foreach (var device in elsewhere.Devices)
        {
            watch.Offer(new FeedItem(customerId, device.Device.DeviceId, device, FeedChange.Presence));
        }

        foreach (var id in missing.Except(elsewhere.Devices.Select(device => device.Device.DeviceId)))
        {
            watch.Offer(new FeedItem(customerId, id, null, FeedChange.Removed));
        }
    }
}
