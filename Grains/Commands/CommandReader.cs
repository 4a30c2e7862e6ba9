using System.Security.Cryptography;
using System.Text;
using Rollcall.Clocks;
using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>Reads one device's commands for its twin. No turn waits for a store that is away, or longer than the timeout.</summary>
internal readonly struct CommandReader(string deviceId, TwinServices services)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    /// <summary>The open commands.</summary>
    /// <param name="count">How many there are; with none, nothing is read, but the store must not be away.</param>
    public ValueTask<Read<IReadOnlyList<Command>>> Open(int count)
    {
        var id = deviceId;
        return Read(store => count == 0 ? Task.FromResult<IReadOnlyList<Command>>([]) : store.OpenAsync(id, CancellationToken.None));
    }

    /// <summary>The command that was sent under the same key within a day; null: there is none.</summary>
    public ValueTask<Read<(Command Command, string? Fingerprint)?>> Earlier(NewCommand command, WallTime now)
    {
        var (id, since) = (deviceId, (now.Believed ?? DateTimeOffset.UnixEpoch + KeyLifetime) - KeyLifetime);
        return Read(store => command.MayBeKnown
            ? store.FindByKeyAsync(id, command.IdempotencyKey, since, CancellationToken.None)
            : Task.FromResult<(Command Command, string? Fingerprint)?>(null));
    }

    /// <summary>A command in whatever state; null: there is none.</summary>
    public ValueTask<Read<Command?>> Find(string commandId)
    {
        var id = deviceId;
        return Read(store => store.FindAsync(id, commandId, CancellationToken.None));
    }

    /// <summary>A command that is not open after a step: it has just expired, or is stored as ended; null: there is none.</summary>
    public ValueTask<Read<Command?>> FindEnded(CommandStep step, string commandId) =>
        step.Changed.FirstOrDefault(changed => changed.Id == commandId) is { } expired
            ? ValueTask.FromResult(new Read<Command?>(true, expired)) : Find(commandId);

    /// <summary>The same commands with their parameters. Null: some have to be read, and the store is away.</summary>
    public async ValueTask<IReadOnlyList<Command>?> Whole(IReadOnlyList<Command> commands)
    {
        try
        {
            return services.Parameters is { } parameters ? await parameters.WholeAsync(deviceId, commands) : commands;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Hash of the request: the same key with other content is another command.</summary>
    public static string Fingerprint(NewCommand command) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{command.Name}\n{command.TimeToLive.Ticks}\n{command.Parameters}")));

    private async ValueTask<Read<T>> Read<T>(Func<ICommandStore, Task<T>> read)
    {
        try
        {
            return services.StoreIsAway() ? default : new Read<T>(true, await read(services.Commands!).WaitAsync(Timeout, services.Clock));
        }
        catch (Exception away) when (away is StoreUnavailableException or TimeoutException)
        {
            return default;
        }
    }
}

/// <summary>The result of a read.</summary>
/// <param name="Surely">False: the store is away, and nothing is known.</param>
internal readonly record struct Read<T>(bool Surely, T Value);
