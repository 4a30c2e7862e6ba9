using Rollcall.Devices;

namespace Rollcall.Administration.Importing;

/// <summary>A cluster that serves the store beside an import.</summary>
public interface IServingCluster
{
    /// <summary>Publishes added devices to watchers.</summary>
    Task AnnounceAsync(string customerId, IReadOnlyList<string> deviceIds);

    /// <summary>Has a device's twin change it.</summary>
    /// <returns>None: it is stored.</returns>
    Task<Refusal> AmendAsync(string customerId, string deviceId, Amendment amendment);
}
