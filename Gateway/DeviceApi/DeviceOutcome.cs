using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>The result of a device's call.</summary>
/// <param name="RetryAfter">Seconds after which a retry may succeed; 0: unknown.</param>
internal readonly record struct DeviceOutcome(ReasonCode Reason, int RetryAfter = 0)
{
    public bool IsSuccess => Reason == ReasonCode.Success;

    /// <summary>The session has ended. Its connection is closed with this reason, and every further call is refused.</summary>
    public bool IsFinal =>
        Reason is ReasonCode.Superseded or ReasonCode.Revoked or ReasonCode.Disabled or ReasonCode.Maintenance or ReasonCode.Removed;

    /// <summary>Of a twin's reply to a call with a session.</summary>
    public static DeviceOutcome Of(Refusal refusal) => new(refusal switch
    {
        Refusal.None => ReasonCode.Success,
        Refusal.SessionSuperseded => ReasonCode.Superseded,
        Refusal.InvalidSession => ReasonCode.Revoked,
        Refusal.Disabled => ReasonCode.Disabled,
        Refusal.Maintenance => ReasonCode.Maintenance,
        Refusal.NotFound => ReasonCode.Removed,
        Refusal.Rejected => ReasonCode.Rejected,
        Refusal.RateLimited => ReasonCode.RateLimited,
        _ => ReasonCode.Unavailable,
    });

    /// <summary>Of a twin's reply to a command's report: not found means the command.</summary>
    public static DeviceOutcome OfReport(Refusal refusal) => refusal switch
    {
        Refusal.NotFound => new(ReasonCode.UnknownCommand),
        Refusal.Conflict => new(ReasonCode.CommandConflict),
        _ => Of(refusal),
    };
}

/// <summary>A connection that is open, or why it is not.</summary>
/// <param name="Connection">Not null with success. To be given to <see cref="DeviceProtocol.DisconnectAsync"/> when it is over.</param>
internal readonly record struct ConnectOutcome(DeviceOutcome Outcome, DeviceConnection? Connection = null);

/// <summary>The result of a heartbeat. No larger than two machine words: every heartbeat's call carries it.</summary>
/// <param name="Reply">The twin's reply; null: the twin was not called.</param>
internal readonly record struct HeartbeatOutcome(DeviceOutcome Outcome, HeartbeatReply? Reply = null)
{
    /// <summary>True: it survives a kill of any process. False: the store is unavailable, and the twin keeps it in memory.</summary>
    public bool Stored => Reply is { Stored: true };

    /// <summary>When the twin recorded it, UTC, whole milliseconds.</summary>
    public DateTimeOffset Timestamp => Reply?.Timestamp ?? default;

    /// <summary>Milliseconds until the next heartbeat is due.</summary>
    public int NextHeartbeat => Reply?.NextHeartbeat ?? 0;

    /// <summary>
    /// For a device without a connection, oldest first. Call <see cref="DeviceProtocol.MarkDelivered"/> when they are written.
    /// </summary>
    public IReadOnlyList<Command> Commands => Reply?.Commands ?? [];
}

/// <summary>What became of a sign of life.</summary>
/// <param name="Timestamp">When the twin recorded it, UTC, whole milliseconds.</param>
internal readonly record struct TouchOutcome(DeviceOutcome Outcome, DateTimeOffset Timestamp = default);

/// <summary>The command that is next, or why none is.</summary>
/// <param name="Command">Null with success: nothing waits. Say <see cref="DeviceProtocol.MarkDelivered"/> when it is written.</param>
internal readonly record struct CommandOutcome(DeviceOutcome Outcome, Command? Command = null);
