using Rollcall.Devices;

namespace Rollcall.Roster;

/// <summary>Which devices of a page have an open socket. No row says it: the silos are asked, each once, and no twin is woken.</summary>
internal sealed class Connections(TwinServices twins, IGrainFactory grains, ISiloStatusOracle silos, TimeProvider clock)
{
    /// <summary>A silo that does not answer is lost or nearly so, and what its twins know with it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlySet<string>> AmongAsync(IReadOnlyList<DeviceRow> rows)
    {
        string[] ids = [.. rows.Select(row => row.DeviceId)];
        if (ids.Length == 0)
        {
            return new HashSet<string>();
        }

        var elsewhere = await Task.WhenAll(silos.GetActiveSilos().Where(silo => !silo.Equals(silos.SiloAddress)).Select(silo => AskAsync(silo, ids)));
        return elsewhere.Append(twins.Links.Among(ids)).SelectMany(found => found).ToHashSet();
    }

    private async Task<string[]> AskAsync(SiloAddress silo, string[] ids)
    {
        try
        {
            return await grains.GetSilo(silo).Connected(ids).AsTask().WaitAsync(Patience, clock);
        }
        catch (Exception lost) when (lost is TimeoutException or OrleansException)
        {
            return [];
        }
    }
}
