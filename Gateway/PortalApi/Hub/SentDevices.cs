using Rollcall.Feed;
using Rollcall.Fleet;

namespace Rollcall.PortalApi.Hub;

/// <summary>Which version of each device one client has been sent; no row is kept. Under the lock of its watch.</summary>
/// <param name="share">Gives the customer's one instance of a device's id.</param>
internal sealed class SentDevices(Func<string, string>? share)
{
    // What an entry takes in memory, about: measured with 5,000 devices, rounded up.
    private const int EntryBytes = 64;
    private readonly Dictionary<string, VersionStamp> _versions = [];

    public int Count => _versions.Count;

    /// <summary>Bytes of memory that it takes, about.</summary>
    public long Bytes => _versions.Count * EntryBytes;

    public bool Contains(string deviceId) => _versions.ContainsKey(deviceId);

    /// <summary>What the client knows of the device; null: nothing.</summary>
    public VersionStamp? Find(string deviceId) => _versions.TryGetValue(deviceId, out var version) ? version : null;

    public void Add(DeviceVersion device) =>
        _versions[share?.Invoke(device.Device.DeviceId) ?? device.Device.DeviceId] = VersionStamp.Of(device);

    /// <summary>The client is sent its removal.</summary>
    public void Remove(string deviceId) => _versions.Remove(deviceId);

    /// <summary>The client knows of the device already what the change would tell, or what came after it.</summary>
    public bool IsNewerThan(FeedItem item) => Find(item.DeviceId) is { } sent
        && (item.Now is { } now ? !VersionStamp.Of(now).Follows(sent) : sent.Life > item.Ended);

    /// <summary>What the client has been sent, but for these devices.</summary>
    public IReadOnlyList<(string DeviceId, long Life)> Except(IReadOnlySet<string> there) =>
        [.. _versions.Where(sent => !there.Contains(sent.Key)).Select(sent => (sent.Key, sent.Value.Life))];
}
