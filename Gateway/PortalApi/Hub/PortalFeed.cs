using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Rollcall.DeviceApi;
using Rollcall.Feed;
using Rollcall.Fleet;
using Rollcall.Measuring;

namespace Rollcall.PortalApi.Hub;

/// <summary>
/// This gateway's subscription to the silos' feeds: subscribes to the customers that are watched here, and hands what silos send to the
/// connections' bounded buffers at once.
/// </summary>
internal sealed partial class PortalFeed(
    IGrainFactory grains, IHubContext<PortalHub> hub, Incarnation gateway, GatewaySettings settings, GatewayMeter meter, TimeProvider clock,
    ILoggerFactory logs) : BackgroundService, IFeedObserver
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Under the category by which operators know these lines.</summary>
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Hub.PortalFeed");
    private readonly ConcurrentDictionary<string, CustomerFeed> _customers = new();
    private readonly ConcurrentDictionary<string, (string CustomerId, PortalConnection Connection)> _connections = new();
    private readonly Lock _gate = new();
    private IFeedObserver? _self;

    public ValueTask Changed(IReadOnlyList<FeedItem> items) => Take(items, missed: false);

    public ValueTask CommandsChanged(IReadOnlyList<CommandItem> items, bool missed) => Take(items, missed);

    /// <remarks>Acted on in the next second, so that a whole deployment costs one healing a second.</remarks>
    public ValueTask MembershipChanged()
    {
        foreach (var customer in _customers.Values)
        {
            customer.MembershipChanged();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Adds a connection. <paramref name="abort"/> closes it when it cannot be served any more.</summary>
    /// <returns>False: its customer has the most connections allowed.</returns>
    public bool Open(string connectionId, string customerId, Action abort)
    {
        lock (_gate)
        {
            if (_connections.Values.Count(known => known.CustomerId == customerId) >= settings.PortalConnections)
            {
                return false;
            }

            // Under the category by which operators know these lines.
            var log = logs.CreateLogger("Rollcall.Hub.Connection");
            var connection = new PortalConnection(hub.Clients.Client(connectionId), abort, meter, clock, log);
            _connections[connectionId] = (customerId, connection);
            meter.PortalOpened();
            connection.Start();
            return true;
        }
    }

    public void Close(string connectionId)
    {
        lock (_gate)
        {
            if (_connections.TryRemove(connectionId, out var closed))
            {
                meter.PortalClosed();
                closed.Connection.Dispose();
                _customers.GetValueOrDefault(closed.CustomerId)?.Remove(connectionId);
            }
        }
    }

    /// <summary>
    /// Begins a watch for a connection: subscribe, wait until all silos have the subscription, read, merge. Every change from the start on is
    /// in the snapshot or comes after it. When that fails, nothing is watched.
    /// </summary>
    public async Task<Snapshot> WatchAsync(string connectionId, WatchQuery query, bool acknowledges)
    {
        var connection = _connections[connectionId].Connection;
        try
        {
            var customer = Enter(connectionId);
            var watch = new Watch(query, settings.PortalCommands, customer.Share);
            await connection.ReplaceAsync(watch, acknowledges);
            await customer.JoinAsync();
            var snapshot = await customer.BeginAsync(connection, watch);
            connection.Hurry();
            return snapshot;
        }
        catch
        {
            await UnwatchAsync(connectionId);
            throw;
        }
    }

    /// <returns>False: there is no such mark.</returns>
    public bool Acknowledge(string connectionId, long mark) =>
        !_connections.TryGetValue(connectionId, out var known) || known.Connection.Acknowledge(mark);

    public void WatchCommands(string connectionId, IReadOnlyList<string>? deviceIds) =>
        _connections.GetValueOrDefault(connectionId).Connection?.WatchCommands(deviceIds);

    public async Task UnwatchAsync(string connectionId)
    {
        PortalConnection connection;
        lock (_gate)
        {
            if (!_connections.TryGetValue(connectionId, out var known))
            {
                return;
            }

            connection = known.Connection;
            _customers.GetValueOrDefault(known.CustomerId)?.Remove(connectionId);
        }

        await connection.ReplaceAsync(null);
    }

    /// <summary>Whether the customer still has a feed here; for the tests that nothing is left behind.</summary>
    internal bool Watches(string customerId) => _customers.ContainsKey(customerId);

    /// <summary>Entries waiting for each connection; for the tests of the bound.</summary>
    internal IReadOnlyDictionary<string, int> Waiting() =>
        _connections.ToDictionary(known => known.Key, known => known.Value.Connection.Watch?.Waiting ?? 0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var seconds = new PeriodicTimer(Second, clock);
        while (await seconds.WaitForNextTickAsync(stoppingToken))
        {
            // No customer's work is waited for: the subscriptions of the others would expire meanwhile.
            foreach (var (customerId, customer) in _customers)
            {
                if (!Leave(customerId, customer))
                {
                    customer.BeginDueWork();
                }
            }
        }
    }

    private ValueTask Take(IReadOnlyList<IFeedEntry> entries, bool missed)
    {
        foreach (var entry in entries)
        {
            if (_customers.TryGetValue(entry.CustomerId, out var customer))
            {
                customer.Offer(entry);
            }
        }

        foreach (var customer in missed ? _customers.Values : [])
        {
            customer.Missed();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Under the lock, as every removal is: nothing is added to a dropped customer's feed, or for a connection that was closed.
    /// </summary>
    private CustomerFeed Enter(string connectionId)
    {
        lock (_gate)
        {
            var (customerId, connection) = _connections[connectionId];
            var customer = _customers.GetOrAdd(
                customerId, id => new CustomerFeed(
                    id, grains, () => JoinAsync(id), clock, fault => LogNotAttended(id, fault.GetType().Name), settings.PortalBytes));
            customer.Add(connectionId, connection);
            return customer;
        }
    }

    /// <summary>The subscription is not cancelled but expires: a connection may come in the next moment.</summary>
    private bool Leave(string customerId, CustomerFeed customer)
    {
        lock (_gate)
        {
            return customer.IsEmpty && _customers.TryRemove(customerId, out _);
        }
    }

    private Task<SubscriptionReply> JoinAsync(string customerId) =>
        grains.GetSubscriptions(customerId).Join(gateway.Id, _self ??= grains.CreateObjectReference<IFeedObserver>(this)).AsTask();

    [LoggerMessage(LogLevel.Debug, "Customer {CustomerId}: subscribing, healing or counting failed: {Fault}; the next second tries again")]
    private partial void LogNotAttended(string customerId, string fault);
}
