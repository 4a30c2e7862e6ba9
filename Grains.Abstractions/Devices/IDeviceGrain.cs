using Orleans.Concurrency;
using Rollcall.Commands;

namespace Rollcall.Devices;

/// <summary>
/// One device's twin: its sessions, presence and metrics. The newest session wins when it is first used. Key: the device id
/// (<see cref="Keys.Device"/>). Failures of ours and refusals are returned (<see cref="Refusal"/>), not thrown.
/// </summary>
[Alias("rollcall.device")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>
    /// Checks the secret outside the turn and opens a session. It comes into force with its first heartbeat or handshake, which ends the
    /// former session; one that was opened earlier and not used is dropped.
    /// </summary>
    /// <param name="attempt">
    /// Identifies one request of a device: a retry after a lost answer opens no second session, in whatever order the two calls run. Null:
    /// there are no retries.
    /// </param>
    /// <param name="from">The caller's address; null: unknown. Slow checks are shared between addresses.</param>
    /// <param name="sparingly">
    /// The address asks too often: it gets only cheap checks, so that a device there with the right secret still gets in.
    /// </param>
    [Alias("authenticate"), AlwaysInterleave]
    ValueTask<AuthenticateReply> Authenticate(string secret, string? attempt = null, string? from = null, bool sparingly = false);

    /// <summary>Exchanges a one-time activation code for a secret. Repeatable until the device first authenticates.</summary>
    [Alias("register"), AlwaysInterleave]
    ValueTask<RegisterReply> Register(string activationCode, string? name);

    /// <summary>Records a heartbeat; returns when it is stored, or why it is not.</summary>
    [Alias("heartbeat")]
    ValueTask<HeartbeatReply> Heartbeat(Heartbeat beat);

    /// <summary>The device ends its own session: offline, reason <c>goodbye</c>. One that was not used yet ends the one in force, too.</summary>
    [Alias("end-session")]
    ValueTask<Refusal> EndSession(Session session);

    /// <summary>
    /// A connection of this device was opened at a gateway: a sign of life, reason <c>connected</c>. An older connection of its session is
    /// ended.
    /// </summary>
    [Alias("connect")]
    ValueTask<ConnectReply> Connect(DeviceConnectionInfo connection);

    /// <summary>A frame came over a connection: a sign of life. If there is a newer connection, this one is ended, as with a heartbeat.</summary>
    [Alias("sign")]
    ValueTask<ConnectReply> Touch(DeviceConnectionInfo connection);

    /// <summary>An alive gateway saw the connection close: the grace starts, unless a newer connection or sign of life came.</summary>
    [Alias("disconnect")]
    ValueTask Disconnect(string connectionId);

    /// <summary>The device as its customer sees it, from what is stored. Another customer's device is not found.</summary>
    [Alias("read"), AlwaysInterleave]
    ValueTask<DeviceReply> Read(string customerId);

    /// <summary>
    /// Changes what the owner sets. <paramref name="ifMatch"/>: ETags of the profile that the caller has seen, separated by commas, or
    /// null.
    /// </summary>
    [Alias("patch")]
    ValueTask<DeviceReply> Patch(string customerId, DevicePatch patch, string? ifMatch);

    /// <summary>Gives the device another secret, shown only once; the former one ends, or stays valid for a while.</summary>
    [Alias("replace-secret")]
    ValueTask<SecretReply> ReplaceSecret(string customerId, SecretReplacement wanted);

    /// <summary>Changes what an import contains. For tools beside the cluster, which know the stored forms of secrets.</summary>
    [Alias("amend")]
    ValueTask<Refusal> Amend(string customerId, Amendment amendment);

    /// <summary>Ends every session (reason <c>revoked</c>); the device may authenticate again.</summary>
    [Alias("revoke-session")]
    ValueTask<Refusal> RevokeSession(string customerId);

    /// <summary>Removes the device and its log. The same id later is a new device.</summary>
    [Alias("delete")]
    ValueTask<Refusal> Delete(string customerId);

    /// <summary>
    /// Accepts a command, which is committed first. The same key within 24 h is the same command; with other content it is a conflict.
    /// </summary>
    [Alias("send")]
    ValueTask<CommandReply> Send(string customerId, NewCommand command);

    /// <summary>Cancels a command. <see cref="Refusal.Conflict"/>: the device has it, or it has ended in another way.</summary>
    [Alias("cancel")]
    ValueTask<CommandReply> Cancel(string customerId, string commandId);

    /// <summary>
    /// The device acknowledges a command, or reports its result. <see cref="Refusal.Conflict"/>: it reported something else before, or must
    /// not execute the command any more.
    /// </summary>
    [Alias("report")]
    ValueTask<CommandReply> Report(CommandReport report);

    /// <summary>The oldest command that the device has not acknowledged, null: none. A sign of life.</summary>
    [Alias("claim")]
    ValueTask<CommandReply> NextCommand(DeviceConnectionInfo connection);

    /// <summary>The device is greeted over this connection: its commands may be handed over.</summary>
    /// <returns>Why the connection is over already, which could not be told while it was opening; None: it is not.</returns>
    [Alias("attend")]
    ValueTask<Refusal> ConnectionReady(DeviceConnectionInfo connection);

    /// <summary>Commands were written to the device; <paramref name="connectionId"/> null: in the answer to a heartbeat over REST.</summary>
    [Alias("sent")]
    ValueTask MarkDelivered(string? connectionId, IReadOnlyList<string> commandIds);

    /// <summary>
    /// Loads the twin, so that its deadline runs. Sent to every device stored as online when a silo without durable reminders starts.
    /// </summary>
    [Alias("wake")]
    ValueTask Wake();
}
