using System.Collections.Concurrent;
using Rollcall.Feed;
using Rollcall.Fleet;
using Rollcall.PortalApi.Devices;

namespace Rollcall.PortalApi.Hub;

/// <summary>
/// One customer's connections to this gateway, and the work that they share. Subscribing, healing and counting run in parallel, also with
/// other customers' work: work that has to wait does not delay the rest.
/// </summary>
internal sealed class CustomerFeed
{
    private static readonly TimeSpan HealEvery = TimeSpan.FromSeconds(30);
    private const int MostUnfinished = 10_000;
    private const int Portion = 500;
    private readonly FleetReader _fleet;
    private readonly FeedSubscription _subscription;
    private readonly UnfinishedEntries _unfinished = new(MostUnfinished);
    private readonly ConcurrentDictionary<string, PortalConnection> _connections = new();
    private readonly PeriodicWork _joining;
    private readonly PeriodicWork _healing;
    private readonly PeriodicWork _counting;
    private readonly ConcurrentDictionary<string, string> _ids = new();
    private readonly long _mostBytes;

    /// <param name="mostBytes">Memory that the watches of its connections may take together.</param>
    public CustomerFeed(
        string customerId, IGrainFactory grains, Func<Task<SubscriptionReply>> join, TimeProvider clock, Action<Exception> failed,
        long mostBytes = long.MaxValue)
    {
        _mostBytes = mostBytes;
        _fleet = new FleetReader(customerId, grains);
        _subscription = new FeedSubscription(join, clock);
        _joining = new(JoinAsync, SubscriptionRules.Renewal, clock, failed);
        _healing = new(HealAllAsync, HealEvery, clock, failed);
        _counting = new(SendCountsAsync, TimeSpan.MaxValue, clock, failed);
    }

    public bool IsEmpty => _connections.IsEmpty;

    public void Add(string connectionId, PortalConnection connection) => _connections[connectionId] = connection;

    public void Remove(string connectionId) => _connections.TryRemove(connectionId, out _);

    public void Offer(IFeedEntry entry)
    {
        if (entry is FeedItem { What: not FeedChange.Beat })
        {
            _counting.Ask();
        }

        _unfinished.Note(entry);
        foreach (var connection in _connections.Values)
        {
            connection.Offer(entry);
        }
    }

    /// <summary>A silo could not send everything.</summary>
    public void Missed() => _healing.Ask();

    /// <summary>A silo joined or left: this gateway subscribes at a new one first, then reads what it missed.</summary>
    public void MembershipChanged()
    {
        _subscription.Doubt();
        _joining.Ask();
    }

    /// <summary>The one instance of a device's id that all watches of the customer keep.</summary>
    public string Share(string id) => _ids.GetOrAdd(id, id);

    /// <summary>Closes the slowest connections while all together take more memory than they may.</summary>
    public void Trim()
    {
        var sizes = _connections.Values.Select(connection => (Connection: connection, connection.Size)).ToArray();
        var bytes = sizes.Sum(one => one.Size.Bytes);
        if (bytes <= _mostBytes)
        {
            return;
        }

        foreach (var (connection, size) in sizes.OrderByDescending(one => one.Size.Backlog).ThenByDescending(one => one.Size.Bytes))
        {
            connection.Close();
            bytes -= size.Bytes;
            if (bytes <= _mostBytes)
            {
                return;
            }
        }
    }

    /// <summary>Starts the work that is due, and waits for none of it. To be called once a second.</summary>
    public void BeginDueWork()
    {
        Trim();
        _joining.BeginWhenDue();
        _healing.BeginWhenDue();
        _counting.BeginWhenDue();
    }

    /// <summary>
    /// Subscribes at the silos; returns when all have the subscription. Changes may have been missed when these are other silos than before,
    /// or when the subscription had expired.
    /// </summary>
    public async Task JoinAsync()
    {
        var (mayHaveMissed, everyone) = await _subscription.RenewAsync();
        _counting.Ask();
        if (mayHaveMissed)
        {
            _healing.Ask();
        }

        if (!everyone)
        {
            _joining.Ask();
        }
    }

    /// <summary>Reads the snapshot of <see cref="Watch"/>'s query, begins the watch with it, and heals what the watch missed before.</summary>
    public async Task<Snapshot> BeginAsync(PortalConnection connection, Watch watch)
    {
        var snapshot = await _fleet.ReadInTurnAsync(watch.Query);
        watch.Begin(snapshot.Devices);
        Trim();
        if (watch.HasMissed)
        {
            await HealSameAsync([(connection, watch)], _fleet.ReadInTurnAsync);
        }

        return snapshot;
    }

    /// <summary>Reads again what connections watch and offers what is newer: it restores changes that were lost with a silo, or on the way.</summary>
    /// <param name="same">Connections with watches of one and the same query.</param>
    private async Task HealSameAsync(IReadOnlyList<(PortalConnection Connection, Watch Watch)> same, Func<WatchQuery, Task<Snapshot>> read)
    {
        var healings = same.Select(one => (one.Connection, Healing: one.Watch.BeginHealing(_fleet.CustomerId))).ToArray();
        try
        {
            var stored = (await read(same[0].Watch.Query)).Devices;
            foreach (var (connection, healing) in healings)
            {
                var missing = healing.TakeStored(stored);
                var found = missing.Count == 0 ? [] : (await read(FleetReader.ById(missing))).Devices;
                healing.TakeMissing(missing, found);
                connection.Hurry();
            }
        }
        finally
        {
            Array.ForEach(healings, one => one.Healing.Dispose());
        }
    }

    private async Task HealAllAsync()
    {
        _counting.Ask();
        var begun = _connections.Values.Select(connection => (Connection: connection, connection.Watch)).Where(one => one.Watch?.HasBegun == true);

        // Most portals of a customer watch the same.
        foreach (var same in begun.GroupBy(one => (one.Watch!.Filter, one.Watch.Query.Limit)).ToArray())
        {
            await HealSameAsync([.. same.Select(one => (one.Connection, one.Watch!))], _fleet.ReadSnapshotAsync);
        }

        foreach (var portion in _unfinished.Portions(Portion))
        {
            foreach (var entry in _unfinished.Newer(portion, await _fleet.ReadUnfinishedAsync(portion)))
            {
                Offer(entry);
            }
        }
    }

    private async Task SendCountsAsync()
    {
        var counts = (await _fleet.ReadSnapshotAsync(FleetReader.ById([]))).Counts;
        if (_ids.Count > (2 * counts.Total) + MostUnfinished)
        {
            // Most are ids of removed devices. Watches keep the instances that they use; new watches share new ones.
            _ids.Clear();
        }

        foreach (var connection in _connections.Values)
        {
            connection.OfferCounts(CountsBody.Of(counts));
        }
    }
}
