using Rollcall.Clocks;

namespace Rollcall.Commands;

/// <summary>Where commands are kept. They are written by the journal with the row of their device, and read here.</summary>
internal interface ICommandStore
{
    /// <summary>The commands of a device that are stored as open, in any order and without their parameters (<see cref="Command.Light"/>).</summary>
    Task<IReadOnlyList<Command>> OpenAsync(string deviceId, CancellationToken cancellation);

    /// <summary>The parameters of a device's commands, by number. Those without any are left out.</summary>
    Task<IReadOnlyDictionary<long, string>> ParametersAsync(string deviceId, IReadOnlyList<long> numbers, CancellationToken cancellation);

    /// <summary>One command; null: there is none with this id.</summary>
    Task<Command?> FindAsync(string deviceId, string commandId, CancellationToken cancellation);

    /// <summary>Those of these commands that a customer has, each as its device's id and its own.</summary>
    Task<IReadOnlyList<Command>> FindAsync(string customerId, IReadOnlyList<(string DeviceId, string CommandId)> ids, CancellationToken cancellation);

    /// <summary>The newest command of a device that was asked for under a key since a time.</summary>
    Task<(Command Command, string? Fingerprint)?> FindByKeyAsync(
        string deviceId, string idempotencyKey, DateTimeOffset since, CancellationToken cancellation);

    /// <summary>A page of a customer's device, newest first, as of a time. Null: the customer has no such device.</summary>
    Task<(IReadOnlyList<Command> Commands, bool More)?> ListAsync(
        string customerId, CommandQuery query, WallTime now, CancellationToken cancellation);

    /// <summary>Forgets commands that ended before a time.</summary>
    /// <returns>How many.</returns>
    Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellation);
}
