using Orleans.Concurrency;
using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>State of a command: <c>queued -> sent -> acknowledged -> completed | failed</c>, or <c>expired</c>, <c>cancelled</c>.</summary>
public enum CommandStatus
{
    /// <summary>Committed, not yet written to the device.</summary>
    Queued,

    /// <summary>Written to the device at least once; not acknowledged yet.</summary>
    Sent,

    /// <summary>The device has acknowledged it.</summary>
    Acknowledged,

    Completed,
    Failed,

    /// <summary>Not finished before its end of life.</summary>
    Expired,

    /// <summary>Cancelled before the device had it.</summary>
    Cancelled,
}

/// <summary>Something that a device is asked to do, and its result. Immutable; only the device's twin writes it.</summary>
/// <param name="Id">Unique for ever: its number among the device's, and 96 random bits (<see cref="CommandIds"/>).</param>
/// <param name="Number">1, 2, 3 ... in the order in which they were accepted, which is the order in which they are sent.</param>
/// <param name="Name">What is to be done, as the device knows it.</param>
/// <param name="Parameters">Any JSON, as it was given; null: none.</param>
/// <param name="SentAt">When it was first written to the device.</param>
/// <param name="FinishedAt">When it was completed, failed or cancelled, or expired.</param>
/// <param name="Result">Any JSON, as the device gave it; null: none.</param>
/// <param name="Error">Error text of the device; null: none.</param>
/// <param name="Late">The result came after it had expired or been cancelled; the status stays.</param>
/// <param name="IssuedBy">Who sent it: the token's subject, or else its role.</param>
[GenerateSerializer, Immutable, Alias("rollcall.command")]
public sealed record Command(
    [property: Id(0)] string Id,
    [property: Id(1)] string DeviceId,
    [property: Id(2)] long Number,
    [property: Id(3)] string Name,
    [property: Id(4)] string? Parameters,
    [property: Id(5)] CommandStatus Status,
    [property: Id(6)] DateTimeOffset CreatedAt,
    [property: Id(7)] DateTimeOffset ExpiresAt,
    [property: Id(8)] DateTimeOffset? SentAt,
    [property: Id(9)] DateTimeOffset? AcknowledgedAt,
    [property: Id(10)] DateTimeOffset? FinishedAt,
    [property: Id(11)] string? Result,
    [property: Id(12)] string? Error,
    [property: Id(13)] bool Late,
    [property: Id(14)] string IssuedBy)
{
    /// <summary>
    /// Bytes of parameters that are stored and not loaded here; 0: <see cref="Parameters"/> is complete. Never on the wire: a command
    /// that leaves a silo is complete.
    /// </summary>
    [Id(15)]
    public int Withheld { get; init; }

    /// <summary>
    /// Several connections died while the device had not acknowledged it: it is only sent in answers to heartbeats over REST, or when the
    /// device asks for it.
    /// </summary>
    [Id(16)]
    public bool PollOnly { get; init; }

    /// <summary>Bytes of its parameters as UTF-8, loaded or not.</summary>
    public int ParameterBytes => Parameters is null ? Withheld : System.Text.Encoding.UTF8.GetByteCount(Parameters);

    /// <summary>The same without its parameters: what decisions need, and the size of the parameters.</summary>
    public Command Light() => Parameters is null ? this : this with { Parameters = null, Withheld = ParameterBytes };

    /// <summary>The same with its parameters.</summary>
    public Command With(string parameters) => this with { Parameters = parameters, Withheld = 0 };

    /// <summary>It is not finished: it waits, or the device executes it.</summary>
    public bool IsOpen => Status <= CommandStatus.Acknowledged;

    /// <summary>Not older than <paramref name="other"/>, whatever way and order they come in: a command only goes forward.</summary>
    public bool Follows(Command other) => Stage > other.Stage || (Stage == other.Stage && (Late || !other.Late));

    private int Stage => IsOpen ? (int)Status : (int)CommandStatus.Completed;

    /// <summary>As it is at a time: expired when its end has passed, whether or not that is stored yet.</summary>
    public Command At(DateTimeOffset now) => IsOpen && ExpiresAt <= now ? this with { Status = CommandStatus.Expired, FinishedAt = ExpiresAt } : this;
}

/// <summary>A command to send, checked by the gateway.</summary>
/// <param name="IdempotencyKey">The same key within 24 h is the same command.</param>
/// <param name="MayBeKnown">False: the key cannot have been used before, so nothing is looked up.</param>
/// <param name="Waiter">Who waits for its end; null: nobody.</param>
[GenerateSerializer, Immutable, Alias("rollcall.new-command")]
public sealed record NewCommand(
    [property: Id(0)] string Name,
    [property: Id(1)] string? Parameters,
    [property: Id(2)] TimeSpan TimeToLive,
    [property: Id(3)] string IssuedBy,
    [property: Id(4)] string IdempotencyKey,
    [property: Id(5)] bool MayBeKnown,
    [property: Id(6)] CommandWaiter? Waiter = null);

/// <summary>A call in a gateway that waits for the end of a command.</summary>
/// <param name="Token">Identifies the call in that gateway.</param>
[GenerateSerializer, Immutable, Alias("rollcall.command-waiter")]
public sealed record CommandWaiter([property: Id(0)] ICommandObserver Gateway, [property: Id(1)] string Token);

/// <summary>A gateway in which calls wait for the end of commands. Best effort: a twin that was just loaded does not know who waits.</summary>
[Alias("rollcall.command-observer")]
public interface ICommandObserver : IGrainObserver
{
    /// <summary>The command that this call waits for has ended.</summary>
    [Alias("ended"), OneWay]
    ValueTask Ended(string token, Command command);
}

/// <summary>A device's report of a command: an acknowledgement, or the result.</summary>
/// <param name="Session">From the token.</param>
/// <param name="Connection">The connection over which it came, which makes it a sign of life; null: over REST.</param>
/// <param name="Status">Acknowledged, completed or failed.</param>
[GenerateSerializer, Immutable, Alias("rollcall.command-report")]
public sealed record CommandReport(
    [property: Id(0)] Session Session,
    [property: Id(1)] DeviceConnectionInfo? Connection,
    [property: Id(2)] string CommandId,
    [property: Id(3)] CommandStatus Status,
    [property: Id(4)] string? Result = null,
    [property: Id(5)] string? Error = null);

/// <summary>A command, or why there is none.</summary>
/// <param name="Limit">With <see cref="Refusal.QuotaExceeded"/>: the quota that is exceeded.</param>
[GenerateSerializer, Immutable, Alias("rollcall.command-reply")]
public sealed record CommandReply([property: Id(0)] Refusal Refusal, [property: Id(1)] Command? Command = null,
    [property: Id(2)] CommandLimit? Limit = null);

/// <summary>A quota of open commands that one more would exceed.</summary>
/// <param name="Most">The quota, in the unit of <paramref name="Bound"/>.</param>
[GenerateSerializer, Immutable, Alias("rollcall.command-limit")]
public sealed record CommandLimit([property: Id(0)] CommandBound Bound, [property: Id(1)] long Most);

/// <summary>Which quota of open commands.</summary>
public enum CommandBound
{
    /// <summary>Open commands of one device.</summary>
    Number,

    /// <summary>Bytes of parameters of one device's commands.</summary>
    DeviceBytes,

    /// <summary>Bytes of parameters of all the customer's commands at one silo.</summary>
    CustomerBytes,
}

/// <summary>Which of a device's commands. <paramref name="Before"/>: the last number of the former page.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.command-query")]
public sealed record CommandQuery(
    [property: Id(0)] string DeviceId, [property: Id(1)] CommandStatus? Status, [property: Id(2)] long? Before, [property: Id(3)] int Limit);

/// <summary>Commands of one device, newest first; <paramref name="More"/>: there are older ones.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.command-page")]
public sealed record CommandPage([property: Id(0)] Refusal Refusal, [property: Id(1)] IReadOnlyList<Command> Commands, [property: Id(2)] bool More);
