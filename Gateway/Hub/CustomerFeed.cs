using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Rollcall.Customers;
using Rollcall.Feed;
using Rollcall.Roster;

namespace Rollcall.Hub;

/// <summary>One customer's connections to this gateway, and what is done for them together.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody takes holds nothing.")]
internal sealed class CustomerFeed(string customerId, IGrainFactory grains, Func<Task<InterestReply>> join, TimeProvider clock)
{
    private static readonly TimeSpan HealEvery = TimeSpan.FromSeconds(30);

    // One customer's portals must not take every place at the store, where twins are read, too.
    private readonly SemaphoreSlim _places = new(2);
    private readonly ConcurrentDictionary<string, Connection> _connections = new();
    private readonly Chore _joining = new(InterestRules.Renewal, clock);
    private readonly Chore _healing = new(HealEvery, clock);
    private readonly Chore _counting = new(TimeSpan.MaxValue, clock);
    private volatile HashSet<SiloAddress>? _silos;

    public bool IsEmpty => _connections.IsEmpty;

    public void Add(string connectionId, Connection connection) => _connections[connectionId] = connection;

    public void Remove(string connectionId) => _connections.TryRemove(connectionId, out _);

    public void Offer(FeedItem item)
    {
        if (item.What != FeedChange.Beat)
        {
            _counting.Ask();
        }

        foreach (var connection in _connections.Values)
        {
            connection.Offer(item);
        }
    }

    /// <summary>A silo came or went: a new one must learn of us first, then what was missed is read.</summary>
    public void MembershipChanged()
    {
        _joining.Ask();
        _healing.Ask();
    }

    /// <summary>What is due, once a second at most.</summary>
    public async Task AttendAsync()
    {
        await _joining.DoWhenDueAsync(JoinAsync);
        await _healing.DoWhenDueAsync(HealAsync);
        await _counting.DoWhenDueAsync(TellCountsAsync);
    }

    /// <summary>Registers; returns when the silos know. Other silos than before: what changed meanwhile may not have come here.</summary>
    public async Task JoinAsync()
    {
        var reply = await join();
        _counting.Ask();
        var silos = reply.Silos.ToHashSet();
        if (_silos is { } known && !known.SetEquals(silos))
        {
            _healing.Ask();
        }

        _silos = silos;
        if (!reply.Everyone)
        {
            _joining.Ask();
        }
    }

    public async Task<Snapshot> ReadAsync(WatchQuery query)
    {
        await _places.WaitAsync();
        try
        {
            return await grains.GetRoster(customerId).Snapshot(query);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Reads again what connections watch and takes what is newer: a change lost with a silo, or on its way, comes so.</summary>
    /// <param name="same">Connections with watches of one and the same query.</param>
    public async Task HealAsync(IReadOnlyList<(Connection Connection, Watch Watch)> same)
    {
        foreach (var (_, watch) in same)
        {
            watch.BeginHealing();
        }

        var stored = (await ReadAsync(same[0].Watch.Query)).Devices;
        foreach (var (connection, watch) in same)
        {
            var missing = watch.Heal(stored, customerId);
            var found = missing.Count == 0 ? [] : (await ReadAsync(ById(missing))).Devices;
            watch.EndHealing(missing, found, customerId);
            connection.Hurry();
        }
    }

    private async Task HealAsync()
    {
        _counting.Ask();
        var begun = _connections.Values.Select(connection => (Connection: connection, connection.Watch)).Where(one => one.Watch?.HasBegun == true);
        foreach (var same in begun.GroupBy(one => Key(one.Watch!.Query)).ToArray())
        {
            await HealAsync([.. same.Select(one => (one.Connection, one.Watch!))]);
        }
    }

    /// <summary>Most portals of a customer watch the same.</summary>
    private static (string?, string?, string?, int) Key(WatchQuery query) =>
        (query.Statuses is { } statuses ? string.Join(',', statuses) : null, query.DeviceIds is { } ids ? string.Join(',', ids) : null, query.Search, query.Limit);

    private async Task TellCountsAsync()
    {
        var counts = (await ReadAsync(ById([]))).Counts;
        foreach (var connection in _connections.Values)
        {
            connection.Offer(new CountsBody(counts.Total, counts.Online, counts.Offline));
        }
    }

    private static WatchQuery ById(IReadOnlyList<DeviceVersion> devices) =>
        new(null, [.. devices.Select(device => device.Device.DeviceId)], null, Math.Max(1, devices.Count));
}
