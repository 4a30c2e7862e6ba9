using Orleans.Runtime;

namespace Rollcall.Feed;

/// <summary>
/// Which gateways watch a customer's devices. Changes themselves go from silo to gateway. Key: <see cref="Keys.Subscriptions"/>.
/// </summary>
[Alias("rollcall.interest")]
public interface ISubscriptionsGrain : IGrainWithStringKey
{
    /// <summary>Subscribes the gateway; returns when the silos know. Ends after <see cref="SubscriptionRules.Lifetime"/>.</summary>
    [Alias("join")]
    ValueTask<SubscriptionReply> Join(string gateway, IFeedObserver observer);
}

/// <summary>The silos that know a subscription. If they have changed since the last time, something may have been missed.</summary>
/// <param name="Silos">Silos that will publish their changes.</param>
/// <param name="Everyone">True: no active silo is missing. False: subscribe again soon.</param>
[GenerateSerializer, Immutable, Alias("rollcall.interest-reply")]
public sealed record SubscriptionReply([property: Id(0)] IReadOnlyList<SiloAddress> Silos, [property: Id(1)] bool Everyone);

/// <summary>Times of a subscription.</summary>
public static class SubscriptionRules
{
    /// <summary>How often a gateway renews it.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    /// <summary>How long it lasts without a renewal.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
}
