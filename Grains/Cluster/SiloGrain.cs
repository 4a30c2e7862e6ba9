using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;
using Rollcall.Devices;
using Rollcall.Outages;

namespace Rollcall.Cluster;

/// <summary>Receives the heartbeats of gateways, and answers for the twins of this silo.</summary>
[OnNamedSilo, Immovable, GrainType("silo")]
internal sealed class SiloGrain(OutageMonitor outages, TwinServices twins, ILocalSiloDetails here) : NamedSiloGrain(here), ISiloGrain
{
    public ValueTask Renew(string gateway)
    {
        RequireHere();
        outages.GatewayRenewed(gateway);
        return ValueTask.CompletedTask;
    }

    public ValueTask Suspect(string gateway)
    {
        RequireHere();
        outages.GatewaySuspected(gateway);
        return ValueTask.CompletedTask;
    }

    public ValueTask Release(string gateway)
    {
        RequireHere();
        outages.GatewayLost(gateway);
        return ValueTask.CompletedTask;
    }

    public ValueTask<string[]> Connected(string[] deviceIds)
    {
        RequireHere();
        return ValueTask.FromResult(twins.Connections.Among(deviceIds));
    }

    public ValueTask<Dictionary<string, string[]>> Ignored(string[] deviceIds)
    {
        RequireHere();
        return ValueTask.FromResult(twins.Ignored.Among(deviceIds));
    }
}

/// <summary>The members as this silo knows them; no table is read.</summary>
[StatelessWorker, GrainType("silos")]
internal sealed class SilosGrain(ISiloStatusOracle silos) : Grain, ISilosGrain
{
    public ValueTask<SiloAddress[]> Active() => ValueTask.FromResult(silos.GetActiveSilos());
}
