using System.Collections.Concurrent;

namespace Rollcall.Devices;

/// <summary>
/// The twins of this silo that know an open socket: what the store does not know, for lists. One entry a connected device.
/// </summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<string, ConnectionsFacet> _twins = new();

    public int Count => _twins.Count;

    public void Add(string deviceId, ConnectionsFacet twin) => _twins[deviceId] = twin;

    /// <summary>A twin that is loaded anew under the same id keeps its own.</summary>
    public void Remove(string deviceId, ConnectionsFacet twin) => _twins.TryRemove(KeyValuePair.Create(deviceId, twin));

    /// <returns>Which of these devices are connected, as far as this silo knows.</returns>
    public string[] Among(IReadOnlyList<string> deviceIds) =>
        [.. deviceIds.Where(id => _twins.TryGetValue(id, out var twin) && twin.Connected)];
}
