using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>Where the rows of devices are kept. Implemented once per kind of store.</summary>
internal interface IDeviceStore
{
    /// <summary>
    /// Writes all changes in one transaction: each row only at its base revision, what happened only with the row. Only a creation makes a row,
    /// and its customer's when that is new: a removed device stays removed.
    /// </summary>
    /// <returns>
    /// For each change, in order: true = committed, false = fenced. A creation is also true when its row is there at its very revision, made by
    /// a call before whose answer was lost; false: the id is taken.
    /// </returns>
    /// <exception cref="StoreRefusedException">The content of some change; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">Surely nothing was written.</exception>
    /// <exception cref="Exception">Anything else: nobody knows.</exception>
    Task<bool[]> WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellation);

    /// <summary>The rows of these devices; an id without a row is left out.</summary>
    Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation);

    /// <summary>Returns when the store can be written to and no earlier write is still on its way; throws otherwise.</summary>
    Task ProbeAsync(CancellationToken cancellation);
}

/// <summary>The store refuses the content of at least one change; nothing was written.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
