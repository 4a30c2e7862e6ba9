using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>Stores the rows of devices. Implemented once per kind of store.</summary>
internal interface IDeviceStore
{
    /// <summary>
    /// Writes all changes in one transaction: each row only at its base revision, and events only with their row. Only a creation inserts a
    /// row, and that of a new customer: a removed device stays removed.
    /// </summary>
    /// <returns>
    /// For each change, in order: true = committed, false = fenced. For a creation: also true when its row exists with the same revision,
    /// created by an earlier call whose answer was lost; false = the id is taken.
    /// </returns>
    /// <exception cref="StoreRefusedException">The content of some change is invalid; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">Certainly nothing was written.</exception>
    /// <exception cref="Exception">Anything else: unknown whether it was written.</exception>
    Task<bool[]> WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellation);

    /// <summary>The rows of these devices; an id without a row is left out.</summary>
    Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation);

    /// <summary>Returns when the store can be written to and no earlier write is still under way; throws otherwise.</summary>
    Task ProbeAsync(CancellationToken cancellation);
}

/// <summary>The store rejects the content of at least one change; nothing was written.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
