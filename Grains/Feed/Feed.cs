using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rollcall.Feed;

/// <summary>
/// One per silo: takes changes from twins and sends them to the gateways that watch. Twins publish in their turn and only
/// what is stored, so a device's changes come in order; nothing is awaited here.
/// </summary>
internal sealed class Feed(TimeProvider clock, ILoggerFactory logs) : IDisposable
{
    private readonly ConcurrentDictionary<string, Subscription[]> _subscriptions = new();
    private readonly ConcurrentDictionary<string, GatewayOutbox> _outboxes = new();
    private readonly Lock _gate = new();
    private long _sweptAt = clock.GetTimestamp();

    /// <summary>Gateways that this silo sends changes to; for the tests of the bound.</summary>
    internal int Outboxes => _outboxes.Count;

    /// <summary>Whether anybody watches the customer: one dictionary lookup.</summary>
    public bool IsWatched(string customerId) => _subscriptions.ContainsKey(customerId);

    public void Publish(IFeedEntry entry) => ToOutboxes(entry.CustomerId, entry, static (outbox, entry) => outbox.Add(entry));

    /// <summary>An entry of a topic cannot be sent: watchers read the topic again.</summary>
    public void Missed(string customerId, FeedTopic topic) => ToOutboxes(customerId, topic, static (outbox, topic) => outbox.Miss(topic));

    /// <summary>
    /// Renews the subscriptions that the customer's grain knows. Others are kept until they expire: a grain that has just moved does not
    /// know every gateway yet.
    /// </summary>
    public void Update(string customerId, IReadOnlyDictionary<string, IFeedObserver> gateways)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var renewed = gateways.Select(pair => new Subscription(pair.Key, Outbox(pair.Key, pair.Value), now));
            var others = _subscriptions.GetValueOrDefault(customerId)?.Where(
                subscription => !gateways.ContainsKey(subscription.Gateway) && IsValid(subscription)) ?? [];
            _subscriptions[customerId] = [.. renewed, .. others];
            Sweep();
        }
    }

    /// <summary>A silo joined or left.</summary>
    public void MembershipChanged()
    {
        foreach (var outbox in _outboxes.Values)
        {
            outbox.MembershipChanged();
        }
    }

    public void Dispose()
    {
        foreach (var outbox in _outboxes.Values)
        {
            outbox.Dispose();
        }
    }

    private void ToOutboxes<T>(string customerId, T item, Action<GatewayOutbox, T> add)
    {
        if (!_subscriptions.TryGetValue(customerId, out var subscriptions))
        {
            return;
        }

        var anybody = false;
        foreach (var subscription in subscriptions)
        {
            if (IsValid(subscription))
            {
                anybody = true;
                add(subscription.Outbox, item);
            }
        }

        if (!anybody)
        {
            _subscriptions.TryRemove(new KeyValuePair<string, Subscription[]>(customerId, subscriptions));
        }
    }

    private GatewayOutbox Outbox(string gateway, IFeedObserver observer)
    {
        var outbox = _outboxes.GetOrAdd(gateway, _ => new GatewayOutbox(clock, logs.CreateLogger<GatewayOutbox>()));
        outbox.SetObserver(observer);
        return outbox;
    }

    private bool IsValid(Subscription subscription) => clock.GetElapsedTime(subscription.LearnedAt) <= SubscriptionRules.Lifetime;

    /// <summary>Removes expired subscriptions and unused outboxes. Rare, because it looks at every customer.</summary>
    private void Sweep()
    {
        if (clock.GetElapsedTime(_sweptAt) < SubscriptionRules.Lifetime)
        {
            return;
        }

        _sweptAt = clock.GetTimestamp();
        foreach (var known in _subscriptions)
        {
            if (!known.Value.Any(IsValid))
            {
                _subscriptions.TryRemove(known);
            }
        }

        var used = _subscriptions.Values.SelectMany(known => known).Select(subscription => subscription.Gateway).ToHashSet();
        foreach (var gateway in _outboxes.Keys.Where(gateway => !used.Contains(gateway)))
        {
            if (_outboxes.TryRemove(gateway, out var outbox))
            {
                outbox.Dispose();
            }
        }
    }

    private sealed record Subscription(string Gateway, GatewayOutbox Outbox, long LearnedAt);
}
