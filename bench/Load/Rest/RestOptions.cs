using Rollcall.Load.Servers;

namespace Rollcall.Load.Rest;

/// <param name="Callers">Connections at a time, one entry a run.</param>
/// <param name="Measured">Of one round of one server.</param>
/// <param name="Gateways">Builds, or settings of one build, to compare: a silo inside, SQLite.</param>
/// <param name="Clusters">On PostgreSQL and Redis.</param>
/// <param name="Sockets">Each of them over devices' WebSockets, too.</param>
internal sealed record RestOptions(
    IReadOnlyList<int> Callers, int Devices, TimeSpan Measured, int Rounds, IReadOnlyList<GatewayBuild> Gateways, IReadOnlyList<ClusterSize> Clusters,
    bool Sockets)
{
    public int AllDevices => Math.Max(Devices, Callers.Max());
}
