using Rollcall.Journal;
using Rollcall.Outages;

namespace Rollcall.Devices.Presence.Model;

/// <summary>A store of one device that fails as it is told, with the journal's answers: after a failure it is away until it is back.</summary>
internal sealed class SimulatedStore(OutageMonitor outages) : IJournal, IDeviceReader
{
    public required DeviceRow Row { get; set; }

    /// <summary>Every row ever committed: nothing else may be shown.</summary>
    public HashSet<PresenceState> Committed { get; } = [];

    public List<Transition> Log { get; } = [];

    /// <summary>What the next write meets; null: nothing is wrong.</summary>
    public int? Failure { get; set; }

    public bool Away { get; private set; }

    /// <summary>The device was refused and is to be called when the store is back.</summary>
    public bool Owed { get; private set; }

    /// <summary>A record was lost of which the twin does not know that it was.</summary>
    public bool LostUnknown { get; set; }

    public Task<AppendResult> Append(Change record) => Task.FromResult(Write(record));

    public Task<DeviceRow?> Read(string deviceId) => Away || Failure is not null
        ? Task.FromException<DeviceRow?>(new StoreUnavailableException("simulated"))
        : Task.FromResult<DeviceRow?>(Row);

    /// <returns>The device is owed a call.</returns>
    public bool Recover()
    {
        Failure = null;
        var owed = Away && Owed;
        if (Away)
        {
            Away = Owed = false;
            outages.StoreBack();
        }

        return owed;
    }

    private AppendResult Write(Change record)
    {
        if (Away)
        {
            Owed = true;
            return AppendResult.Unavailable;
        }

        if (Failure is not { } failure)
        {
            return Commit(record);
        }

        Away = Owed = true;
        outages.StoreLost();
        if (failure == 1)
        {
            Commit(record);
        }

        LostUnknown |= failure == 2;
        return failure == 0 ? AppendResult.Unavailable : AppendResult.Unknown;
    }

    private AppendResult Commit(Change record)
    {
        if (Row.Revision != record.Base!.Revision)
        {
            return AppendResult.Fenced;
        }

        Row = record.Next!;
        Committed.Add(Row.Presence);
        if (record.Transition is { } change)
        {
            Log.Add(change);
        }

        return AppendResult.Stored;
    }
}
