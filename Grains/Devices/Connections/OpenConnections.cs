using System.Collections.Concurrent;

namespace Rollcall.Devices.Connections;

/// <summary>
/// The twins of this silo with an open connection. The store does not know it; lists show it. One entry for each connected device.
/// </summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<string, ConnectionsFacet> _twins = new();

    public int Count => _twins.Count;

    public void Add(string deviceId, ConnectionsFacet twin) => _twins[deviceId] = twin;

    /// <summary>Only the twin that added an entry removes it: another may have been loaded under the same id.</summary>
    public void Remove(string deviceId, ConnectionsFacet twin) => _twins.TryRemove(KeyValuePair.Create(deviceId, twin));

    /// <returns>Which of these devices are connected, as far as this silo knows.</returns>
    public string[] Among(IReadOnlyList<string> deviceIds) =>
        [.. deviceIds.Where(id => _twins.TryGetValue(id, out var twin) && twin.Connected)];
}
