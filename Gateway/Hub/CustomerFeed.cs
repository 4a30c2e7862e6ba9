using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Rollcall.Customers;
using Rollcall.Feed;
using Rollcall.Fleet;

namespace Rollcall.Hub;

/// <summary>
/// One customer's connections to this gateway, and the work that they share. Subscribing, healing and counting run in parallel, also with
/// other customers' work: work that has to wait does not delay the rest.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody takes holds nothing.")]
internal sealed class CustomerFeed
{
    private static readonly TimeSpan HealEvery = TimeSpan.FromSeconds(30);
    private const int MostUnfinished = 10_000;
    private const int Portion = 500;
    private readonly string _customerId;
    private readonly IGrainFactory _grains;
    private readonly Func<Task<SubscriptionReply>> _join;
    private readonly TimeProvider _clock;

    // One customer's portals must not use all reads of the store, which twins need, too. Healing and counting, one read
    // at a time each, do not queue behind portals that watch anew again and again.
    private readonly SemaphoreSlim _places = new(2);
    private readonly UnfinishedEntries _unfinished = new(MostUnfinished);
    private readonly ConcurrentDictionary<string, PortalConnection> _connections = new();
    private readonly PeriodicWork _joining;
    private readonly PeriodicWork _healing;
    private readonly PeriodicWork _counting;
    private readonly ConcurrentDictionary<string, string> _ids = new();
    private readonly long _mostBytes;
    private volatile HashSet<SiloAddress>? _silos;
    private long _joinedAt;
    private int _healOnceJoined;

    /// <param name="mostBytes">Memory that the watches of its connections may take together.</param>
    public CustomerFeed(
        string customerId, IGrainFactory grains, Func<Task<SubscriptionReply>> join, TimeProvider clock, Action<Exception> failed,
        long mostBytes = long.MaxValue)
    {
        _mostBytes = mostBytes;
        (_customerId, _grains, _join, _clock, _joinedAt) = (customerId, grains, join, clock, clock.GetTimestamp());
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
        Volatile.Write(ref _healOnceJoined, 1);
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
        var reply = await _join();
        _counting.Ask();
        var silos = reply.Silos.ToHashSet();
        var others = _silos is { } known && !known.SetEquals(silos);
        var late = _clock.GetElapsedTime(Interlocked.Exchange(ref _joinedAt, _clock.GetTimestamp())) > SubscriptionRules.Lifetime;
        if (Interlocked.Exchange(ref _healOnceJoined, 0) == 1 || others || late)
        {
            _healing.Ask();
        }

        _silos = silos;
        if (!reply.Everyone)
        {
            _joining.Ask();
        }
    }

    private async Task<Snapshot> ReadInTurnAsync(WatchQuery query)
    {
        await _places.WaitAsync();
        try
        {
            return await ReadSnapshotAsync(query);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Reads the snapshot of <see cref="Watch"/>'s query, begins the watch with it, and heals what the watch missed before.</summary>
    public async Task<Snapshot> BeginAsync(PortalConnection connection, Watch watch)
    {
        var snapshot = await ReadInTurnAsync(watch.Query);
        watch.Begin(snapshot.Devices);
        Trim();
        if (watch.HasMissed)
        {
            await HealSameAsync([(connection, watch)], ReadInTurnAsync);
        }

        return snapshot;
    }

    /// <summary>Reads again what connections watch and offers what is newer: it restores changes that were lost with a silo, or on the way.</summary>
    /// <param name="same">Connections with watches of one and the same query.</param>
    private async Task HealSameAsync(IReadOnlyList<(PortalConnection Connection, Watch Watch)> same, Func<WatchQuery, Task<Snapshot>> read)
    {
        var healings = same.Select(one => (one.Connection, Healing: one.Watch.BeginHealing(_customerId))).ToArray();
        try
        {
            var stored = (await read(same[0].Watch.Query)).Devices;
            foreach (var (connection, healing) in healings)
            {
                var missing = healing.TakeStored(stored);
                var found = missing.Count == 0 ? [] : (await read(ById(missing))).Devices;
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
            await HealSameAsync([.. same.Select(one => (one.Connection, one.Watch!))], ReadSnapshotAsync);
        }

        foreach (var portion in _unfinished.Portions(Portion))
        {
            foreach (var entry in _unfinished.Newer(portion, await ReadUnfinishedAsync(portion)))
            {
                Offer(entry);
            }
        }
    }

    /// <summary>Reads again the entries of one topic that have not ended.</summary>
    private async Task<IEndingEntry[]> ReadUnfinishedAsync(IEndingEntry[] portion)
    {
        var ids = portion.Select(entry => (entry.DeviceId, entry.Key)).ToArray();
        return portion[0].Topic == FeedTopic.Commands
            ? [.. (await _grains.GetFleet(_customerId).CommandsNamed(ids)).Select(command => new CommandItem(_customerId, command))]
            : throw new NotSupportedException($"Topic {portion[0].Topic} has no second read.");
    }

    private async Task SendCountsAsync()
    {
        var counts = (await ReadSnapshotAsync(ById([]))).Counts;
        if (_ids.Count > (2 * counts.Total) + MostUnfinished)
        {
            // Most are ids of removed devices. Watches keep the instances that they use; new watches share new ones.
            _ids.Clear();
        }

        foreach (var connection in _connections.Values)
        {
            connection.OfferCounts(new CountsBody(counts.Total, counts.Online, counts.Offline));
        }
    }

    private Task<Snapshot> ReadSnapshotAsync(WatchQuery query) => _grains.GetFleet(_customerId).Snapshot(query).AsTask();

    private static WatchQuery ById(IReadOnlyList<(string DeviceId, long Life)> devices) =>
        new(null, [.. devices.Select(device => device.DeviceId)], null, Math.Max(1, devices.Count));
}
