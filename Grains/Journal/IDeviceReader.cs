using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>Reads the rows of devices; simultaneous reads are grouped.</summary>
internal interface IDeviceReader
{
    /// <summary>The device's row, or null when it has none.</summary>
    /// <exception cref="StoreUnavailableException">The store is unavailable.</exception>
    Task<DeviceRow?> Read(string deviceId);
}
