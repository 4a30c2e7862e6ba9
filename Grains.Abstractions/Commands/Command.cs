using Orleans.Concurrency;
using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>Where a command is: <c>queued -> sent -> acknowledged -> completed | failed</c>, or <c>expired</c>, <c>cancelled</c>.</summary>
public enum CommandStatus
{
    /// <summary>Committed, not yet written to the device.</summary>
    Queued,

    /// <summary>Written to the device at least once; it has not said that it has it.</summary>
    Sent,

    /// <summary>The device has it.</summary>
    Acknowledged,

    Completed,
    Failed,

    /// <summary>Not finished by its time.</summary>
    Expired,

    /// <summary>Taken back before the device had it.</summary>
    Cancelled,
}

/// <summary>Something that a device is asked to do, and what became of it. Immutable; the device's twin is its only writer.</summary>
/// <param name="Id">Names the command for ever: its number among the device's, and 96 random bits (<see cref="CommandIds"/>).</param>
/// <param name="Number">1, 2, 3 ... in the order in which they were accepted, which is the order in which they are sent.</param>
/// <param name="Name">What is to be done, as the device knows it.</param>
/// <param name="Parameters">Any JSON, as it was given; null: none.</param>
/// <param name="SentAt">When it was first written to the device.</param>
/// <param name="FinishedAt">When it was completed, failed or cancelled, or its time was over.</param>
/// <param name="Result">Any JSON, as the device gave it; null: none.</param>
/// <param name="Error">The device's words; null: none.</param>
/// <param name="Late">The result came after it had expired or been cancelled; the status stays.</param>
/// <param name="IssuedBy">Who asked: the token's subject, else its role.</param>
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
    /// Bytes of parameters that it has and that are not here; 0: <see cref="Parameters"/> says it all. Never on the wire: what leaves a
    /// silo is whole.
    /// </summary>
    [Id(15)]
    public int Withheld { get; init; }

    /// <summary>
    /// Several sockets died while the device had not acknowledged it: it goes with the answers to beats over REST, or to one that asks for
    /// it.
    /// </summary>
    [Id(16)]
    public bool PollOnly { get; init; }

    /// <summary>Bytes of its parameters as UTF-8, here or not.</summary>
    public int ParameterBytes => Parameters is null ? Withheld : System.Text.Encoding.UTF8.GetByteCount(Parameters);

    /// <summary>The same without its parameters: what decides about it, and how large they are.</summary>
    public Command Light() => Parameters is null ? this : this with { Parameters = null, Withheld = ParameterBytes };

    /// <summary>The same with its parameters.</summary>
    public Command With(string parameters) => this with { Parameters = parameters, Withheld = 0 };

    /// <summary>It may still change by itself: it waits, or is being done.</summary>
    public bool IsOpen => Status <= CommandStatus.Acknowledged;

    /// <summary>Not older than <paramref name="other"/>, by whatever way and in whatever order they come: a command only goes forward.</summary>
    public bool Follows(Command other) => Stage > other.Stage || (Stage == other.Stage && (Late || !other.Late));

    private int Stage => IsOpen ? (int)Status : (int)CommandStatus.Completed;

    /// <summary>As it is at a time: what is over its time has expired, whether or not that is stored yet.</summary>
    public Command At(DateTimeOffset now) => IsOpen && ExpiresAt <= now ? this with { Status = CommandStatus.Expired, FinishedAt = ExpiresAt } : this;
}

/// <summary>A command to send, checked by the gateway.</summary>
/// <param name="IdempotencyKey">The same key within 24 h is the same command.</param>
/// <param name="MayBeKnown">False: nobody can have used the key before, so nothing is looked up.</param>
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
/// <param name="Token">Names the call there.</param>
[GenerateSerializer, Immutable, Alias("rollcall.command-waiter")]
public sealed record CommandWaiter([property: Id(0)] ICommandObserver Gateway, [property: Id(1)] string Token);

/// <summary>A gateway in which calls wait for the end of commands. Best effort: a twin that is loaded anew does not know who waits.</summary>
[Alias("rollcall.command-observer")]
public interface ICommandObserver : IGrainObserver
{
    /// <summary>The command that this call waits for has ended.</summary>
    [Alias("ended"), OneWay]
    ValueTask Ended(string token, Command command);
}

/// <summary>What a device reports of a command: it has it, or what came of it.</summary>
/// <param name="Session">From the token.</param>
/// <param name="Connection">The socket over which it came, and then it is a sign of life; null: over REST.</param>
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
/// <param name="Limit">With <see cref="Refusal.QuotaExceeded"/>: what there is too much of.</param>
[GenerateSerializer, Immutable, Alias("rollcall.command-reply")]
public sealed record CommandReply([property: Id(0)] Refusal Refusal, [property: Id(1)] Command? Command = null,
    [property: Id(2)] CommandLimit? Limit = null);

/// <summary>A bound on open commands that one more would exceed.</summary>
/// <param name="Most">As many there may be, in the unit of <paramref name="Bound"/>.</param>
[GenerateSerializer, Immutable, Alias("rollcall.command-limit")]
public sealed record CommandLimit([property: Id(0)] CommandBound Bound, [property: Id(1)] long Most);

/// <summary>What is bounded of open commands.</summary>
public enum CommandBound
{
    /// <summary>How many one device has.</summary>
    Number,

    /// <summary>Bytes of parameters of one device's.</summary>
    DeviceBytes,

    /// <summary>Bytes of parameters of all that one silo has of a customer's devices.</summary>
    CustomerBytes,
}

/// <summary>Which of a device's commands. <paramref name="Before"/>: the last number of the former page.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.command-query")]
public sealed record CommandQuery(
    [property: Id(0)] string DeviceId, [property: Id(1)] CommandStatus? Status, [property: Id(2)] long? Before, [property: Id(3)] int Limit);

/// <summary>Commands of one device, newest first; <paramref name="More"/>: there are older ones.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.command-page")]
public sealed record CommandPage([property: Id(0)] Refusal Refusal, [property: Id(1)] IReadOnlyList<Command> Commands, [property: Id(2)] bool More);
