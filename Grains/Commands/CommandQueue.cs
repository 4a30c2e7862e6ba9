using System.Collections.Immutable;
using System.Text.Json;
using Rollcall.Clocks;
using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>
/// The rule of one device's commands. Input: the open commands and the time; output: what changes. Immutable. A command is open until it
/// is completed, failed, cancelled or expired; each change is stored before anybody is notified. It holds what decisions need, and only
/// the size of parameters: those of the few that are sent are read.
/// </summary>
internal sealed record CommandQueue
{
    /// <summary>Commands in one answer to a heartbeat, or in one batch, at most.</summary>
    public const int MostAtOnce = 10;

    /// <summary>Bytes of parameters in one of those; a single command is sent whatever its size.</summary>
    public const int MostBytesAtOnce = 56 * 1024;

    private readonly ImmutableSortedDictionary<long, Command> _open;

    private CommandQueue(ImmutableSortedDictionary<long, Command> open, long last, long bytes) => (_open, Last, Bytes) = (open, last, bytes);

    /// <summary>The number of the newest command.</summary>
    public long Last { get; }

    /// <summary>Commands that are open.</summary>
    public int Count => _open.Count;

    /// <summary>Bytes of their parameters.</summary>
    public long Bytes { get; }

    /// <summary>How long until the next one expires; null: none is open.</summary>
    public TimeSpan? TimeLeft(WallTime now) => _open.IsEmpty ? null : _open.Values.Min(command => now.Left(command.CreatedAt, command.ExpiresAt));

    /// <param name="open">The open ones, in any order.</param>
    /// <param name="last">The number of the newest command ever.</param>
    public static CommandQueue Of(IEnumerable<Command> open, long last)
    {
        var light = open.ToImmutableSortedDictionary(command => command.Number, command => command.Light());
        return new CommandQueue(light, last, light.Values.Sum(command => (long)command.ParameterBytes));
    }

    /// <summary>Adds a new command, unless a quota is exceeded.</summary>
    /// <param name="random">96 bits for its id.</param>
    public CommandStep Add(string deviceId, NewCommand command, WallTime now, CommandRoom room, ReadOnlySpan<byte> random)
    {
        var (queue, expired) = Expire(now);
        if (room.Exceeded(queue, Bytes - queue.Bytes, command) is { } limit)
        {
            return new CommandStep(Refusal.QuotaExceeded, queue, expired, Limit: limit);
        }

        var number = Last + 1;
        var added = new Command(
            CommandIds.Of(number, random), deviceId, number, command.Name, command.Parameters, CommandStatus.Queued, now,
            now.Now + command.TimeToLive,
            null, null, null, null, null, Late: false, command.IssuedBy);
        return new CommandStep(
            Refusal.None, new CommandQueue(queue._open.Add(number, added.Light()), number, queue.Bytes + added.ParameterBytes),
            [.. expired, added], added);
    }

    /// <summary>Ends the commands that have expired.</summary>
    public CommandStep Expire(WallTime now)
    {
        Command[] expired = [.. _open.Values.Where(command => now.IsOver(command.CreatedAt, command.ExpiresAt)).Select(command => command.At(now))];
        return new CommandStep(Refusal.None, expired.Length == 0
            ? this : With(_open.RemoveRange(expired.Select(command => command.Number))), expired);
    }

    /// <summary>Commands were written to the device. One that has changed meanwhile stays as it is.</summary>
    public CommandStep Sent(IEnumerable<string> ids, WallTime now)
    {
        var (queue, expired) = Expire(now);
        Command[] sent = [.. ids.Select(queue.Find).OfType<Command>().Where(command => command.Status == CommandStatus.Queued)
            .Select(command => command with { Status = CommandStatus.Sent, SentAt = now })];
        return new CommandStep(Refusal.None, queue.With(queue._open.SetItems(Numbered(sent))), [.. expired, .. sent]);
    }

    /// <summary>The device acknowledges a command or reports its result. <see cref="Refusal.NotFound"/>: it is not open here.</summary>
    public CommandStep Take(CommandReport report, WallTime now)
    {
        var (queue, expired) = Expire(now);
        if (queue.Find(report.CommandId) is not { } command)
        {
            return new CommandStep(Refusal.NotFound, queue, expired);
        }

        var next = report.Status != CommandStatus.Acknowledged ? Finished(command, report, now)
            : command.Status == CommandStatus.Acknowledged ? command
            : command with { Status = CommandStatus.Acknowledged, SentAt = command.SentAt ?? now, AcknowledgedAt = now };
        var open = next.IsOpen ? queue._open.SetItem(next.Number, next) : queue._open.Remove(next.Number);
        return new CommandStep(Refusal.None, queue.With(open), ReferenceEquals(next, command) ? expired : [.. expired, next], next);
    }

    /// <summary>Cancels a command that the device has not acknowledged.</summary>
    public CommandStep Cancel(string id, WallTime now)
    {
        var (queue, expired) = Expire(now);
        if (queue.Find(id) is not { } command)
        {
            return new CommandStep(Refusal.NotFound, queue, expired);
        }

        if (command.Status == CommandStatus.Acknowledged)
        {
            return new CommandStep(Refusal.Conflict, queue, expired, command);
        }

        var cancelled = command with { Status = CommandStatus.Cancelled, FinishedAt = now };
        return new CommandStep(Refusal.None, queue.With(queue._open.Remove(command.Number)), [.. expired, cancelled], cancelled);
    }

    /// <summary>The command is not sent over connections any more.</summary>
    public CommandStep OnlyAskedFor(Command command)
    {
        var asked = command with { PollOnly = true };
        return new CommandStep(Refusal.None, With(_open.SetItem(asked.Number, asked)), [asked], asked);
    }

    /// <summary>What to send to the device now, oldest first: what it has not acknowledged.</summary>
    /// <param name="after">The number of the last one sent over the same connection; 0: none.</param>
    public IReadOnlyList<Command> ToSend(long after, WallTime now, Way way = Way.Any)
    {
        var (chosen, bytes) = (new List<Command>(), 0);
        foreach (var command in _open.Values)
        {
            if (command.Number <= after || command.Status == CommandStatus.Acknowledged || (way != Way.Any && command.PollOnly != (way == Way.Asked))
                || now.IsOver(command.CreatedAt, command.ExpiresAt))
            {
                continue;
            }

            bytes += command.ParameterBytes;
            if (chosen.Count == MostAtOnce || (bytes > MostBytesAtOnce && chosen.Count > 0))
            {
                break;
            }

            chosen.Add(command);
        }

        return chosen;
    }

    /// <summary>
    /// A report of a command that is not open any more. The same final result again is accepted, another one is refused; the first result
    /// of a command that expired or was cancelled is stored as late.
    /// </summary>
    /// <param name="ended">The command as it is stored.</param>
    /// <returns>In <see cref="CommandStep.Command"/> what has to be stored; null: nothing.</returns>
    public static CommandStep TakeLate(CommandQueue queue, Command ended, CommandReport report)
    {
        if (report.Status == CommandStatus.Acknowledged)
        {
            // The device has the command and must not execute it: it was cancelled or has expired.
            return new CommandStep(ended.Status is CommandStatus.Expired or CommandStatus.Cancelled ? Refusal.Conflict : Refusal.None, queue, []);
        }

        var same = SameJson(ended.Result, report.Result) && ended.Error == report.Error;
        if (ended.Status is CommandStatus.Completed or CommandStatus.Failed)
        {
            return new CommandStep(same && ended.Status == report.Status ? Refusal.None : Refusal.Conflict, queue, []);
        }

        if (ended.Late)
        {
            return new CommandStep(same ? Refusal.None : Refusal.Conflict, queue, []);
        }

        var late = ended with { Result = report.Result, Error = report.Error, Late = true };
        return new CommandStep(Refusal.None, queue, [late], late);
    }

    /// <summary>A stored command as it is now: one past its end has expired, whether or not that is stored yet.</summary>
    public static Command Shown(Command stored, WallTime now) => now.IsOver(stored.CreatedAt, stored.ExpiresAt) ? stored.At(now) : stored;

    /// <summary>The open command with this id.</summary>
    public Command? Find(string id) =>
        CommandIds.TryNumber(id, out var number) && _open.TryGetValue(number, out var command) && command.Id == id ? command : null;

    private static Command Finished(Command command, CommandReport report, DateTimeOffset now) => command with
    {
        Status = report.Status,
        SentAt = command.SentAt ?? now,
        AcknowledgedAt = command.AcknowledgedAt ?? now,
        FinishedAt = now,
        Result = report.Result,
        Error = report.Error,
    };

    private static bool SameJson(string? one, string? other)
    {
        try
        {
            return one == other || (one is not null && other is not null && JsonElement.DeepEquals(JsonElement.Parse(one), JsonElement.Parse(other)));
        }
        catch (ArgumentOutOfRangeException)
        {
            // An exponent of more than 32 bits, as in 1e-99999999999: only its text can be compared.
            return false;
        }
    }

    private static IEnumerable<KeyValuePair<long, Command>> Numbered(IEnumerable<Command> commands) =>
        commands.Select(command => KeyValuePair.Create(command.Number, command));

    private CommandQueue With(ImmutableSortedDictionary<long, Command> open) =>
        new(open, Last, open.Count == Count ? Bytes : open.Values.Sum(command => (long)command.ParameterBytes));
}

/// <summary>How commands get to a device.</summary>
internal enum Way
{
    Any,

    /// <summary>Pushed over a connection: without those that the device has to ask for.</summary>
    Unasked,

    /// <summary>Only those that the device has to ask for.</summary>
    Asked,
}

/// <summary>What a rule decided.</summary>
/// <param name="Refusal">None: accepted.</param>
/// <param name="Next">The queue after it.</param>
/// <param name="Changed">What has to be stored, in the order in which it happened; also with a refusal.</param>
/// <param name="Command">The command in question.</param>
/// <param name="Limit">With <see cref="Refusal.QuotaExceeded"/>: the quota that is exceeded.</param>
internal sealed record CommandStep(Refusal Refusal, CommandQueue Next, IReadOnlyList<Command> Changed, Command? Command = null,
    CommandLimit? Limit = null)
{
    public void Deconstruct(out CommandQueue next, out IReadOnlyList<Command> changed) => (next, changed) = (Next, Changed);
}
