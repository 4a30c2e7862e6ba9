using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;
using Rollcall.Devices;
using Rollcall.Feed;

namespace Rollcall.Cluster;

/// <summary>This silo's ear for gateways.</summary>
[OnNamedSilo, Immovable, GrainType("silo")]
internal sealed class SiloGrain(Hearing hearing) : Grain, ISiloGrain
{
    public ValueTask Hear(string gateway)
    {
        hearing.GatewayHeard(gateway);
        return ValueTask.CompletedTask;
    }

    public ValueTask Doubt(string gateway)
    {
        hearing.GatewayInDoubt(gateway);
        return ValueTask.CompletedTask;
    }

    public ValueTask Leave(string gateway)
    {
        hearing.GatewayLost(gateway);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The members as this silo knows them; no table is read.</summary>
[StatelessWorker, GrainType("silos")]
internal sealed class SilosGrain(ISiloStatusOracle silos) : Grain, ISilosGrain
{
    public ValueTask<SiloAddress[]> Active() => ValueTask.FromResult(silos.GetActiveSilos());
}
