using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>Reads the rows of devices, those that are asked for at a time together.</summary>
internal interface IDeviceReader
{
    /// <summary>The device's row, or null when it has none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    Task<DeviceRow?> Read(string deviceId);
}
