using Rollcall.Clocks;

namespace Rollcall.Commands;

/// <summary>Reads commands. The journal writes them, with the row of their device.</summary>
internal interface ICommandStore
{
    /// <summary>The commands of a device that are stored as open, in any order and without their parameters (<see cref="Command.Light"/>).</summary>
    Task<IReadOnlyList<Command>> OpenAsync(string deviceId, CancellationToken cancellation);

    /// <summary>The parameters of a device's commands, by number. Commands without any are left out.</summary>
    Task<IReadOnlyDictionary<long, string>> ParametersAsync(string deviceId, IReadOnlyList<long> numbers, CancellationToken cancellation);

    /// <summary>One command; null: there is none with this id.</summary>
    Task<Command?> FindAsync(string deviceId, string commandId, CancellationToken cancellation);

    /// <summary>The commands with these ids that belong to a customer; others are left out.</summary>
    Task<IReadOnlyList<Command>> FindOfCustomerAsync(
        string customerId, IReadOnlyList<(string DeviceId, string CommandId)> ids, CancellationToken cancellation);

    /// <summary>The newest command of a device that was sent with a key since a time.</summary>
    Task<(Command Command, string? Fingerprint)?> FindByKeyAsync(
        string deviceId, string idempotencyKey, DateTimeOffset since, CancellationToken cancellation);

    /// <summary>A page of the commands of a customer's device, newest first, as of a time. Null: the customer has no such device.</summary>
    Task<(IReadOnlyList<Command> Commands, bool More)?> ListAsync(
        string customerId, CommandQuery query, WallTime now, CancellationToken cancellation);

    /// <summary>Deletes commands that ended before a time.</summary>
    /// <returns>How many were deleted.</returns>
    Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellation);
}
