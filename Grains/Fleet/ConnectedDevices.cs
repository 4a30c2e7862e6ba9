using Rollcall.Cluster;
using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>What the twins of a page's devices know and no row has. Each silo is asked once, and no twin is woken.</summary>
internal sealed class ConnectedDevices(TwinServices twins, IGrainFactory grains, ISiloStatusOracle silos, TimeProvider clock)
{
    /// <summary>A silo that does not answer in time has failed, or nearly so: what its twins know is left out.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    public async Task<UnstoredState> AmongAsync(IReadOnlyList<DeviceRow> rows)
    {
        string[] ids = [.. rows.Select(row => row.DeviceId)];
        if (ids.Length == 0)
        {
            return UnstoredState.None;
        }

        var others = silos.GetActiveSilos().Where(silo => !silo.Equals(silos.SiloAddress)).Select(grains.GetSilo).ToArray();
        var ignored = Task.WhenAll(others.Select(silo => IgnoredAsync(silo, ids)));
        var connected = await Task.WhenAll(others.Select(silo => ConnectedAsync(silo, ids)));
        return new UnstoredState(
            connected.Append(twins.Connections.Among(ids)).SelectMany(found => found).ToHashSet(),
            (await ignored).Append(twins.Ignored.Among(ids)).SelectMany(found => found).DistinctBy(found => found.Key).ToDictionary());
    }

    private async Task<string[]> ConnectedAsync(ISiloGrain silo, string[] ids)
    {
        try
        {
            return await silo.Connected(ids).AsTask().WaitAsync(Timeout, clock);
        }
        catch (Exception lost) when (lost is TimeoutException or OrleansException)
        {
            return [];
        }
    }

    private async Task<Dictionary<string, string[]>> IgnoredAsync(ISiloGrain silo, string[] ids)
    {
        try
        {
            return await silo.Ignored(ids).AsTask().WaitAsync(Timeout, clock);
        }
        catch (Exception)
        {
            // Failed, or of a version without this method.
            return [];
        }
    }
}

/// <summary>What the twins of some devices know and the store does not have.</summary>
/// <param name="Connected">Ids of devices with an open connection.</param>
/// <param name="Ignored">By id, the names of metrics that did not fit.</param>
internal sealed record UnstoredState(IReadOnlySet<string> Connected, IReadOnlyDictionary<string, string[]> Ignored)
{
    public static readonly UnstoredState None = new(new HashSet<string>(), new Dictionary<string, string[]>());

    public Device Shown(DeviceRow row) => row.ToDevice(Connected.Contains(row.DeviceId), Ignored.GetValueOrDefault(row.DeviceId));

    public Feed.DeviceVersion Version(DeviceRow row) => row.ToVersion(Connected.Contains(row.DeviceId), Ignored.GetValueOrDefault(row.DeviceId));
}
