using System.Collections.Concurrent;

namespace Rollcall.Devices.Presence;

/// <summary>
/// Names of the newest metrics that the twins of this silo ignored. The store does not have them; lists show them. One entry for each
/// device that sends metrics that do not fit.
/// </summary>
internal sealed class IgnoredNames
{
    private readonly ConcurrentDictionary<string, (PresenceFacet Twin, IReadOnlyList<string> Names)> _names = new();

    /// <param name="names">Null: nothing is ignored any more; only the twin that set an entry removes it.</param>
    public void Set(string deviceId, PresenceFacet twin, IReadOnlyList<string>? names)
    {
        if (names is not null)
        {
            _names[deviceId] = (twin, names);
        }
        else if (_names.TryGetValue(deviceId, out var known) && known.Twin == twin)
        {
            _names.TryRemove(KeyValuePair.Create(deviceId, known));
        }
    }

    public Dictionary<string, string[]> Among(IReadOnlyList<string> deviceIds)
    {
        var found = new Dictionary<string, string[]>();
        foreach (var id in _names.IsEmpty ? [] : deviceIds)
        {
            if (_names.TryGetValue(id, out var known))
            {
                found[id] = [.. known.Names];
            }
        }

        return found;
    }
}
