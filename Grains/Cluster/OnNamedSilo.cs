using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Rollcall.Cluster;

/// <summary>Placed on the silo that its key names (<see cref="Keys.SiloOf"/>), and refuses calls on any other.</summary>
internal abstract class NamedSiloGrain(ILocalSiloDetails here) : Grain
{
    /// <summary>Call this first in every method.</summary>
    /// <exception cref="SiloUnavailableException">The silo is gone, or not active yet; this is another one.</exception>
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
/// A silo that is gone cannot be called. If placement failed here, Orleans would retry four times and log each try with its stack, for every
/// silo that stops. So another silo takes the call, and <see cref="NamedSiloGrain"/> refuses it.
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
