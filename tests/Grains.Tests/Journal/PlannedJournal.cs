using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>A journal and its rows as a test has them.</summary>
internal sealed class PlannedJournal(Func<Change, AppendResult> append, Func<DeviceRow?> read) : IJournal, IDeviceReader
{
    public Task<AppendResult> Append(Change change) => Task.FromResult(append(change));

    public Task<DeviceRow?> Read(string deviceId)
    {
        try
        {
            return Task.FromResult(read());
        }
        catch (StoreUnavailableException away)
        {
            return Task.FromException<DeviceRow?>(away);
        }
    }
}
