using Orleans.Concurrency;
using Rollcall.Commands;

namespace Rollcall.Devices;

/// <summary>
/// One device's twin: its sessions, presence and metrics. The newest session wins when it is first used. Key: the device id
/// (<see cref="Keys.Device"/>). A fault of ours and a refusal are answered (<see cref="Refusal"/>), not thrown.
/// </summary>
[Alias("rollcall.device")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>
    /// Checks the secret outside the turn and opens a session. It is in force with its first beat or handshake, which ends the former one;
    /// one that was opened before and not used is dropped.
    /// </summary>
    /// <param name="attempt">
    /// Names one request of a device: a call that is made again because its answer was lost opens no second session, in whatever
    /// order the two are carried out. Null: none is made again.
    /// </param>
    /// <param name="from">The address that asks; null: it is not known. Slow checks are shared out by it.</param>
    /// <param name="sparingly">
    /// That address asks too often: only what is cheap is done for it, so that the right secret of a device there still opens.
    /// </param>
    [Alias("authenticate"), AlwaysInterleave]
    ValueTask<AuthenticateReply> Authenticate(string secret, string? attempt = null, string? from = null, bool sparingly = false);

    /// <summary>Exchanges a one-time activation code for a secret. Repeatable until the device first authenticates.</summary>
    [Alias("register"), AlwaysInterleave]
    ValueTask<RegisterReply> Register(string activationCode, string? name);

    /// <summary>Records a beat; returns when it is stored, or says why it is not.</summary>
    [Alias("heartbeat")]
    ValueTask<HeartbeatReply> Heartbeat(Heartbeat beat);

    /// <summary>The device ends its own session: offline, reason <c>goodbye</c>. One that was not used yet ends the one in force, too.</summary>
    [Alias("end-session")]
    ValueTask<Refusal> EndSession(Session session);

    /// <summary>
    /// A socket of this device was opened in a gateway: a sign of life, reason <c>connected</c>. A former link of its session is ended.
    /// </summary>
    [Alias("connect")]
    ValueTask<ConnectReply> Connect(DeviceConnectionInfo link);

    /// <summary>A frame came over a socket: a sign of life. It replaces no newer socket, but is ended for one, as a beat over it is.</summary>
    [Alias("sign")]
    ValueTask<ConnectReply> Touch(DeviceConnectionInfo link);

    /// <summary>A living gateway saw the socket close: the grace starts, unless a newer link or sign of life came.</summary>
    [Alias("disconnect")]
    ValueTask Disconnect(string linkId);

    /// <summary>The device as its customer sees it, from what is stored. Another customer's device is not found.</summary>
    [Alias("read"), AlwaysInterleave]
    ValueTask<DeviceReply> Read(string customerId);

    /// <summary>
    /// Changes name, location or mode. <paramref name="ifMatch"/>: ETags of the profile that the caller has seen, separated by commas, or
    /// null.
    /// </summary>
    [Alias("patch")]
    ValueTask<DeviceReply> Patch(string customerId, DevicePatch patch, string? ifMatch);

    /// <summary>Gives the device another secret, shown this once; the former one is over, or stays good for a while.</summary>
    [Alias("replace-secret")]
    ValueTask<SecretReply> ReplaceSecret(string customerId, SecretReplacement wanted);

    /// <summary>Changes what an import brings. It is for tools beside the cluster, which know the stored forms of secrets.</summary>
    [Alias("amend")]
    ValueTask<Refusal> Amend(string customerId, Amendment amendment);

    /// <summary>Ends every session (reason <c>revoked</c>); the device may authenticate again.</summary>
    [Alias("revoke-session")]
    ValueTask<Refusal> RevokeSession(string customerId);

    /// <summary>Removes the device and its log. The same id later is a new device.</summary>
    [Alias("delete")]
    ValueTask<Refusal> Delete(string customerId);

    /// <summary>
    /// Takes a command in: committed before it is accepted. The same key within 24 h is the same command; with another content it is a
    /// conflict.
    /// </summary>
    [Alias("send")]
    ValueTask<CommandReply> Send(string customerId, NewCommand command);

    /// <summary>Takes a command back. <see cref="Refusal.Conflict"/>: the device has it, or it has ended otherwise.</summary>
    [Alias("cancel")]
    ValueTask<CommandReply> Cancel(string customerId, string commandId);

    /// <summary>
    /// The device has a command, or has done with it. <see cref="Refusal.Conflict"/>: it has been told otherwise before, or must not do it
    /// any more.
    /// </summary>
    [Alias("report")]
    ValueTask<CommandReply> Report(CommandReport report);

    /// <summary>The oldest command that the device has not acknowledged, null: none. A sign of life.</summary>
    [Alias("claim")]
    ValueTask<CommandReply> NextCommand(DeviceConnectionInfo link);

    /// <summary>The device at the end of this link has been greeted: its commands may be handed over.</summary>
    /// <returns>Why the link is over already, of which nobody could be told while it was being opened; None: it is not.</returns>
    [Alias("attend")]
    ValueTask<Refusal> ConnectionReady(DeviceConnectionInfo link);

    /// <summary>Commands were written to the device; <paramref name="linkId"/> null: in the answer to a beat over REST.</summary>
    [Alias("sent")]
    ValueTask MarkDelivered(string? linkId, IReadOnlyList<string> commandIds);

    /// <summary>
    /// Loads the twin, so that its deadline runs. Sent to every device stored as online when a silo without durable reminders starts.
    /// </summary>
    [Alias("wake")]
    ValueTask Wake();
}
