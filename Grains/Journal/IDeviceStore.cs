using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>Where the rows of devices are kept. Implemented once per kind of store.</summary>
internal interface IDeviceStore
{
    /// <summary>
    /// Writes all records in one transaction: each row only at its base revision, its transition only with the row.
    /// Never inserts a row: a removed device stays removed.
    /// </summary>
    /// <returns>For each record, in order: true = committed, false = fenced.</returns>
    /// <exception cref="StoreRefusedException">The content of some record; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">Surely nothing was written.</exception>
    /// <exception cref="Exception">Anything else: nobody knows.</exception>
    Task<bool[]> WriteAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellation);

    /// <summary>The rows of these devices; an id without a row is left out.</summary>
    Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation);

    /// <summary>Returns when the store can be written to and no earlier write is still on its way; throws otherwise.</summary>
    Task ProbeAsync(CancellationToken cancellation);
}

/// <summary>The store refuses the content of at least one record; nothing was written.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
