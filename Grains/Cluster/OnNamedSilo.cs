using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Rollcall.Cluster;

/// <summary>Lives on the silo that its key names (<see cref="Keys.SiloOf"/>), and serves nowhere else.</summary>
internal abstract class NamedSiloGrain(ILocalSiloDetails here) : Grain
{
    /// <summary>To be asked before every call is served.</summary>
    /// <exception cref="SiloUnavailableException">The silo is gone, or not there yet; another was asked instead.</exception>
    protected void RequireHere()
    {
        var key = this.GetPrimaryKeyString();
        if (!Keys.SiloOf(key).Equals(here.SiloAddress))
        {
            DeactivateOnIdle();
            throw new SiloUnavailableException($"Silo {key} is not active.");
        }
    }
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnNamedSiloAttribute() : PlacementAttribute(new NamedSiloPlacement());

[GenerateSerializer, Immutable, Alias("rollcall.named-silo-placement")]
internal sealed class NamedSiloPlacement : PlacementStrategy;

/// <summary>
/// A silo that is gone cannot be told anything. Refused here, Orleans would try again four times and write each into the log
/// with its stack, for every silo that stops; so some other takes the call, and <see cref="NamedSiloGrain"/> refuses it.
/// </summary>
internal sealed class NamedSiloDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var wanted = Keys.SiloOf(target.GrainIdentity.Key.ToString()!);
        var active = context.GetCompatibleSilos(target);
        return Task.FromResult(active.Contains(wanted) ? wanted : active.Contains(context.LocalSilo) ? context.LocalSilo : active[0]);
    }
}
