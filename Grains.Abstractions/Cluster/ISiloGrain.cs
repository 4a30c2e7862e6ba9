using Orleans.Runtime;

namespace Rollcall.Cluster;

/// <summary>One silo, as gateways elsewhere speak to it. Lives on that silo alone. Key: <see cref="Keys.Silo"/>.</summary>
[Alias("rollcall.silo")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>
    /// A gateway is there and reaches every silo. Say it every <see cref="GatewayLease.Period"/>: one that falls silent counts as lost.
    /// </summary>
    /// <param name="gateway">Its incarnation, as in <see cref="Devices.Heartbeat"/>.</param>
    [Alias("hear")]
    ValueTask Renew(string gateway);

    /// <summary>A gateway is there and does not reach every silo: the silence of its devices proves nothing. Say it as often.</summary>
    [Alias("doubt")]
    ValueTask Suspect(string gateway);

    /// <summary>A gateway stops and has said goodbye: devices heard through it get their whole time from now.</summary>
    [Alias("leave")]
    ValueTask Release(string gateway);

    /// <summary>Which of these devices have an open socket, as the twins of this silo know.</summary>
    [Alias("connected")]
    ValueTask<string[]> Connected(string[] deviceIds);

    /// <summary>Of these devices those whose newest metrics did not all fit, with the names, as the twins of this silo know.</summary>
    [Alias("ignored")]
    ValueTask<Dictionary<string, string[]>> Ignored(string[] deviceIds);
}

/// <summary>Which silos there are. Answered by whichever silo is nearest, from memory.</summary>
[Alias("rollcall.silos")]
public interface ISilosGrain : IGrainWithStringKey
{
    /// <summary>The silos that serve now.</summary>
    [Alias("active")]
    ValueTask<SiloAddress[]> Active();
}

/// <summary>Times of a gateway's word.</summary>
public static class GatewayLease
{
    /// <summary>How often a gateway says to each silo that it is there.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The shortest heartbeat timeout that a cluster can keep: within a third of it a gateway is uncertain after three words
    /// missed, and lost after that.
    /// </summary>
    public static readonly TimeSpan LeastTimeout = TimeSpan.FromSeconds(6);
}
