using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Rollcall.Feed;

/// <summary>The feed of one silo, as others reach it. Key: the silo's address.</summary>
[Alias("rollcall.silo-feed")]
internal interface ISiloFeed : IGrainWithStringKey
{
    /// <summary>Which gateways watch a customer, whole.</summary>
    [Alias("learn")]
    ValueTask Learn(string customerId, Dictionary<string, IFeedObserver> gateways);
}

/// <summary>Lives on the silo that its key names, and nowhere else.</summary>
[OnNamedSilo, Immovable, GrainType("silo-feed")]
internal sealed class SiloFeedGrain(Feed feed) : Grain, ISiloFeed
{
    public ValueTask Learn(string customerId, Dictionary<string, IFeedObserver> gateways)
    {
        feed.Learn(customerId, gateways);
        return ValueTask.CompletedTask;
    }
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnNamedSiloAttribute() : PlacementAttribute(new NamedSiloPlacement());

[GenerateSerializer, Immutable, Alias("rollcall.named-silo-placement")]
internal sealed class NamedSiloPlacement : PlacementStrategy;

/// <summary>A silo that is gone cannot be told anything: the caller gets an exception, not another silo.</summary>
internal sealed class NamedSiloDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var wanted = Keys.SiloOf(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(wanted)
            ? Task.FromResult(wanted)
            : throw new SiloUnavailableException($"Silo {wanted} is not active.");
    }
}
