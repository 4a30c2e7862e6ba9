using Orleans.Runtime;

namespace Rollcall.Feed;

/// <summary>
/// Which gateways watch a customer's devices. Only that: the traffic itself goes from silo to gateway. Key: <see cref="Keys.Subscriptions"/>.
/// </summary>
[Alias("rollcall.interest")]
public interface ISubscriptionsGrain : IGrainWithStringKey
{
    /// <summary>Counts the gateway in; returns when the silos know. Forgotten after <see cref="SubscriptionRules.Lifetime"/>.</summary>
    [Alias("join")]
    ValueTask<SubscriptionReply> Join(string gateway, IFeedObserver observer);
}

/// <summary>Who knows of an interest. When these are others than last time, something may have been missed meanwhile.</summary>
/// <param name="Silos">Silos that will tell of what changes on them.</param>
/// <param name="Everyone">No active silo is missing among them; else join again soon.</param>
[GenerateSerializer, Immutable, Alias("rollcall.interest-reply")]
public sealed record SubscriptionReply([property: Id(0)] IReadOnlyList<SiloAddress> Silos, [property: Id(1)] bool Everyone);

/// <summary>Times of an interest.</summary>
public static class SubscriptionRules
{
    /// <summary>How often a gateway says again that it watches.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    /// <summary>How long it is believed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
}
