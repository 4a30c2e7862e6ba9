using Orleans.Runtime;

namespace Rollcall.Cluster;

/// <summary>One silo, for gateways in other processes. Placed on that silo only. Key: <see cref="Keys.Silo"/>.</summary>
[Alias("rollcall.silo")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>
    /// Renews the lease of a gateway that is alive and reaches every silo. Call it every <see cref="GatewayLease.Period"/>: without it, the
    /// gateway counts as lost.
    /// </summary>
    /// <param name="gateway">Its incarnation, as in <see cref="Devices.Heartbeat"/>.</param>
    [Alias("hear")]
    ValueTask Renew(string gateway);

    /// <summary>The gateway is alive and does not reach every silo: a missing heartbeat of its devices proves nothing. Call it as often.</summary>
    [Alias("doubt")]
    ValueTask Suspect(string gateway);

    /// <summary>The gateway shuts down: the timeouts of its devices start again now.</summary>
    [Alias("leave")]
    ValueTask Release(string gateway);

    /// <summary>Which of these devices have an open connection, as far as this silo's twins know.</summary>
    [Alias("connected")]
    ValueTask<string[]> Connected(string[] deviceIds);

    /// <summary>Which of these devices sent metrics that did not fit, with the names, as far as this silo's twins know.</summary>
    [Alias("ignored")]
    ValueTask<Dictionary<string, string[]>> Ignored(string[] deviceIds);
}

/// <summary>The active silos. Answered by the nearest silo, from memory.</summary>
[Alias("rollcall.silos")]
public interface ISilosGrain : IGrainWithStringKey
{
    /// <summary>The silos that are active now.</summary>
    [Alias("active")]
    ValueTask<SiloAddress[]> Active();
}

/// <summary>Times of a gateway's lease.</summary>
public static class GatewayLease
{
    /// <summary>How often a gateway renews its lease at each silo.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The shortest heartbeat timeout that a cluster can keep: within a third of it, a gateway is suspect after three missed renewals, and
    /// lost after that.
    /// </summary>
    public static readonly TimeSpan LeastTimeout = TimeSpan.FromSeconds(6);
}
