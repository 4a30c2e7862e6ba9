using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>What is asked of the store about many devices at once.</summary>
internal interface IFleetStore
{
    /// <summary>Reads at a time that leave the store room for everything else.</summary>
    int Readers { get; }

    /// <summary>
    /// Up to <paramref name="limit"/> devices of a customer that the filter chooses, by ascending id, after an id (null: from the first on); and the
    /// counts of all that it has.
    /// </summary>
    Task<(IReadOnlyList<DeviceRow> Devices, bool More, Counts Counts)> ListAsync(
        string customerId, DeviceFilter filter, string? after, int limit, CancellationToken cancellation);

    Task<EventPage> EventsAsync(string customerId, string deviceId, long? after, int limit, CancellationToken cancellation);

    Task<FleetEventPage> FleetEventsAsync(string customerId, long position, int limit, CancellationToken cancellation);

    /// <summary>
    /// Up to <paramref name="limit"/> ids of devices with a deadline, ascending, after an id: stored as online, or with open commands.
    /// </summary>
    Task<IReadOnlyList<string>> OnlineAsync(string after, int limit, CancellationToken cancellation);

    /// <summary>
    /// Looks at the next <paramref name="limit"/> devices after an id, and writes anew what is searched in where it is not as this program
    /// folds it.
    /// </summary>
    /// <returns>After which id to go on: the same when something was left to be done again, null at the end. And how many were written.</returns>
    Task<(string? Next, int Written)> FoldSearchAsync(string after, int limit, CancellationToken cancellation);

    /// <summary>Up to <paramref name="limit"/> devices after an id, ascending, whose secrets' stored forms do not last, with those.</summary>
    Task<IReadOnlyList<(string DeviceId, string Credential)>> WeakSecretsAsync(string after, int limit, CancellationToken cancellation);

    /// <summary>Forgets transitions older than a time.</summary>
    /// <returns>How many.</returns>
    Task<int> PruneEventsAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>Forgets the oldest transitions of each customer that has more than it may.</summary>
    /// <param name="exact">Also counts anew what such a customer has: else what went with removed devices may still be counted.</param>
    /// <returns>How many.</returns>
    Task<int> BoundEventsAsync(EventBound bound, bool exact, CancellationToken cancellation);

    /// <summary>The newest time that was noted; null: none was.</summary>
    Task<DateTimeOffset?> NewestTimeAsync(CancellationToken cancellation);

    /// <summary>Notes a time at which somebody works on this store.</summary>
    Task NoteTimeAsync(DateTimeOffset now, CancellationToken cancellation);
}

/// <summary>What one customer may have of transitions.</summary>
/// <param name="Bytes">Of rows and their indexes, about.</param>
internal sealed record EventBound(long Events, long Bytes);
