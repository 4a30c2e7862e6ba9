using Rollcall.Feed;

namespace Rollcall.PortalApi.Hub;

/// <summary>Which version of a device that was (<see cref="DeviceVersion"/>), without the device.</summary>
internal readonly record struct VersionStamp(long Life, long Revision)
{
    public static VersionStamp Of(DeviceVersion device) => new(device.Life, device.Revision);

    /// <summary>As <see cref="DeviceVersion.Follows"/>.</summary>
    public bool Follows(VersionStamp other) => Life > other.Life || (Life == other.Life && Revision >= other.Revision);
}
