using Orleans.Placement;
using Orleans.Runtime;
using Rollcall.Cluster;

namespace Rollcall.Feed;

/// <summary>The feed of one silo, as others reach it. Key: the silo's address.</summary>
[Alias("rollcall.silo-feed")]
internal interface ISiloFeed : IGrainWithStringKey
{
    /// <summary>Sets which gateways watch a customer.</summary>
    [Alias("learn")]
    ValueTask Update(string customerId, Dictionary<string, IFeedObserver> gateways);
}

/// <summary>Placed on the silo that its key names, and nowhere else.</summary>
[OnNamedSilo, Immovable, GrainType("silo-feed")]
internal sealed class SiloFeedGrain(Feed feed, ILocalSiloDetails here) : NamedSiloGrain(here), ISiloFeed
{
    public ValueTask Update(string customerId, Dictionary<string, IFeedObserver> gateways)
    {
        RequireHere();
        feed.Update(customerId, gateways);
        return ValueTask.CompletedTask;
    }
}
