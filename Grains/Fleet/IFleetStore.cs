using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>Queries of the store about many devices at once.</summary>
internal interface IFleetStore
{
    /// <summary>How many reads may run at a time, so that the store has capacity left for everything else.</summary>
    int Readers { get; }

    /// <summary>
    /// Up to <paramref name="limit"/> devices of a customer that match the filter, by ascending id, after an id (null: from the first on); and
    /// the counts of all its devices.
    /// </summary>
    Task<(IReadOnlyList<DeviceRow> Devices, bool More, Counts Counts)> ListAsync(
        string customerId, DeviceFilter filter, string? after, int limit, CancellationToken cancellation);

    Task<EventPage> EventsAsync(string customerId, string deviceId, long? after, int limit, CancellationToken cancellation);

    Task<FleetEventPage> FleetEventsAsync(string customerId, long position, int limit, CancellationToken cancellation);

    /// <summary>
    /// Up to <paramref name="limit"/> ids of devices with a deadline, ascending, after an id: stored as online, with open commands, in a
    /// maintenance that ends, flapping, or expected back.
    /// </summary>
    Task<IReadOnlyList<string>> OnlineAsync(string after, int limit, CancellationToken cancellation);

    /// <summary>
    /// Checks the next <paramref name="limit"/> devices after an id, and rewrites the search text where this version would fold it
    /// differently.
    /// </summary>
    /// <returns>The id to continue after: the same one when a row could not be written, null at the end. And how many were written.</returns>
    Task<(string? Next, int Written)> FoldSearchAsync(string after, int limit, CancellationToken cancellation);

    /// <summary>Up to <paramref name="limit"/> devices after an id, ascending, whose stored secrets are weak, with those.</summary>
    Task<IReadOnlyList<(string DeviceId, string Credential)>> WeakSecretsAsync(string after, int limit, CancellationToken cancellation);

    /// <summary>Deletes transitions older than a time.</summary>
    /// <returns>How many were deleted.</returns>
    Task<int> PruneEventsAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>Deletes the oldest transitions of each customer that exceeds the bound.</summary>
    /// <param name="exact">True: also counts again what such a customer has. Otherwise transitions of removed devices may still be counted.</param>
    /// <returns>How many were deleted.</returns>
    Task<int> BoundEventsAsync(EventBound bound, bool exact, CancellationToken cancellation);

    /// <summary>
    /// Counts the rows of all customers in one snapshot and corrects the counts that differ. Changes go on meanwhile.
    /// </summary>
    /// <returns>What was wrong.</returns>
    Task<IReadOnlyList<CountCorrection>> ReconcileCountsAsync(CancellationToken cancellation);

    /// <summary>The newest time that was noted; null: none.</summary>
    Task<DateTimeOffset?> NewestTimeAsync(CancellationToken cancellation);

    /// <summary>Notes a time at which this store was in use.</summary>
    Task NoteTimeAsync(DateTimeOffset now, CancellationToken cancellation);
}

/// <summary>How many transitions are kept of one customer.</summary>
/// <param name="Bytes">Approximate size of the rows and their indexes.</param>
internal sealed record EventBound(long Events, long Bytes);

/// <summary>A customer's counts that were wrong.</summary>
/// <param name="Added">What was added to each: <c>total</c>, <c>online</c> (the status), or the name of a state.</param>
internal sealed record CountCorrection(string CustomerId, IReadOnlyList<(string Name, long Difference)> Added);
