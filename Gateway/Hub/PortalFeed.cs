using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Rollcall.Customers;
using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Roster;
using Rollcall.Measuring;

namespace Rollcall.Hub;

/// <summary>
/// This gateway's ear: says which customers are watched here, takes what silos send, and hands it to the connections'
/// bounded buffers at once.
/// </summary>
internal sealed partial class PortalFeed(
    IGrainFactory grains, IHubContext<PortalHub> hub, Incarnation gateway, GatewayMeter meter, TimeProvider clock, ILogger<PortalFeed> log) : BackgroundService, IFeedObserver
{
    private const int HealEvery = 30;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, CustomerFeed> _customers = new();
    private readonly ConcurrentDictionary<string, (string CustomerId, Connection Connection)> _connections = new();
    private IFeedObserver? _self;

    public ValueTask Changed(IReadOnlyList<FeedItem> items)
    {
        foreach (var item in items)
        {
            if (_customers.TryGetValue(item.CustomerId, out var customer))
            {
                customer.Offer(item);
            }
        }

        return ValueTask.CompletedTask;
    }

    public void Open(string connectionId, string customerId)
    {
        var connection = new Connection(connectionId, hub, meter, clock);
        _connections[connectionId] = (customerId, connection);
        meter.PortalOpened();
        connection.Start();
    }

    public void Close(string connectionId)
    {
        if (_connections.TryRemove(connectionId, out var closed))
        {
            meter.PortalClosed();
            closed.Connection.Dispose();
            if (_customers.TryGetValue(closed.CustomerId, out var customer))
            {
                customer.Remove(connectionId);
            }
        }
    }

    /// <summary>
    /// Watches for a connection: register, wait until the silos know, read, merge. What changes from the first moment on is
    /// in the snapshot or comes after it.
    /// </summary>
    public async Task<Snapshot> Watch(string connectionId, WatchQuery query)
    {
        var (customerId, connection) = _connections[connectionId];
        var watch = new Watch(query);
        connection.Replace(watch);
        CustomerFeed customer;
        do
        {
            // Again when it was dropped as empty in this moment: nobody would hand it anything.
            customer = _customers.GetOrAdd(customerId, id => new CustomerFeed(id, grains));
            customer.Add(connectionId, connection);
        }
        while (!_customers.TryGetValue(customerId, out var kept) || kept != customer);
        await Join(customerId);
        var snapshot = await grains.GetRoster(customerId).Snapshot(query);
        watch.Begin(snapshot.Devices);
        connection.Offer(new CountsBody(snapshot.Counts.Total, snapshot.Counts.Online, snapshot.Counts.Offline));
        connection.Hurry();
        return snapshot;
    }

    public void Unwatch(string connectionId)
    {
        if (_connections.TryGetValue(connectionId, out var known))
        {
            known.Connection.Replace(null);
            if (_customers.TryGetValue(known.CustomerId, out var customer))
            {
                customer.Remove(connectionId);
            }
        }
    }

    /// <summary>Entries waiting for one connection; for the tests of the bound.</summary>
    internal int Waiting(string connectionId) => _connections.TryGetValue(connectionId, out var known) ? known.Connection.Watch?.Waiting ?? 0 : 0;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var seconds = new PeriodicTimer(Second, clock);
        for (var second = 1; await seconds.WaitForNextTickAsync(stoppingToken); second++)
        {
            foreach (var (customerId, customer) in _customers)
            {
                try
                {
                    await Attend(customerId, customer, second);
                }
                catch (Exception failed) when (failed is not OperationCanceledException)
                {
                    LogNotAttended(customerId, failed.GetType().Name);
                }
            }
        }
    }

    private async Task Attend(string customerId, CustomerFeed customer, int second)
    {
        if (customer.IsEmpty)
        {
            // The interest is not taken back but forgotten after its time: a connection may come in this moment.
            _customers.TryRemove(customerId, out _);
            if (!customer.IsEmpty)
            {
                _customers.TryAdd(customerId, customer);
            }

            return;
        }

        if (second % (int)InterestRules.Renewal.TotalSeconds == 0)
        {
            await Join(customerId);
        }

        if (second % HealEvery == 0)
        {
            await customer.Heal();
        }

        await customer.TellCounts();
    }

    private ValueTask Join(string customerId) =>
        grains.GetInterest(customerId).Join(gateway.Id, _self ??= grains.CreateObjectReference<IFeedObserver>(this));

    [LoggerMessage(LogLevel.Debug, "Customer {CustomerId} could not be attended: {Fault}; the next second tries again")]
    private partial void LogNotAttended(string customerId, string fault);
}
