using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Devices.Presence;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <content>What the device itself sends, over whatever transport: heartbeats, connections, reports.</content>
internal sealed partial class DeviceTwin
{
    /// <summary>Records a heartbeat: stored, or kept in memory while the store is away.</summary>
    public async ValueTask<HeartbeatReply> Heartbeat(Heartbeat beat)
    {
        var reply = await Record(beat.Session, beat.Gateway, beat);
        Turn.Services.Meter.Beat(reply);
        if (reply.Refusal != Refusal.None)
        {
            return reply;
        }

        if (beat.Connection is { } connection)
        {
            Connections.FrameReceived(connection);
        }
        else
        {
            Connections.Vouch(beat.Session);
        }

        return beat.Goodbye || Turn.Stored is not { Commands.Open: > 0 } ? reply : reply with { Commands = await Commands.DeliverWithBeat() };
    }

    /// <summary>A connection opened: a sign of life, and a use of its session. The newest connection of a session wins.</summary>
    public async ValueTask<ConnectReply> Connect(DeviceConnectionInfo connection)
    {
        var reply = await RecordFrame(connection);
        if (reply.Refusal != Refusal.None || Connections.Knows(connection))
        {
            return reply;
        }

        if (Connections.IsOver(connection))
        {
            return new ConnectReply(Refusal.SessionSuperseded);
        }

        if (Connections.Open is not null)
        {
            await Commands.ConnectionDied();
        }

        Connections.Add(connection);
        return reply;
    }

    /// <summary>
    /// A frame came over a connection: a sign of life. One that was in flight over an old connection must not replace the newer one.
    /// </summary>
    public async ValueTask<ConnectReply> Touch(DeviceConnectionInfo connection)
    {
        var reply = await RecordFrame(connection);
        if (reply.Refusal == Refusal.None)
        {
            Connections.FrameReceived(connection);
            await Commands.DeliverWaiting();
        }

        return reply;
    }

    /// <summary>A gateway has greeted the device over this connection: waiting commands may be handed over.</summary>
    public async ValueTask<Refusal> ConnectionReady(DeviceConnectionInfo connection)
    {
        if (await Admit(connection.Session) is not Refusal.None and var refusal)
        {
            return refusal;
        }

        if (Connections.Greeted(connection) is not Refusal.None and var over)
        {
            return over;
        }

        await Commands.Push();
        return Refusal.None;
    }

    /// <summary>A connection closed. The end of an older one changes nothing.</summary>
    public async ValueTask Disconnect(string connectionId)
    {
        if (!Connections.Closing(connectionId) || Turn.Stored is null)
        {
            return;
        }

        await Commands.ConnectionDied();

        // Storing the end of a command may have dropped the connection already.
        if (Connections.Open?.Connection.ConnectionId == connectionId)
        {
            if (Connections.Drop())
            {
                Presence.ConnectionLost(ClockReading.MonotonicNow(Turn.Services.Clock));
            }

            Turn.Arm();
            Turn.Publish(Feed.FeedChange.Presence);
        }
    }

    /// <summary>
    /// The device acknowledges a command or reports its result. This is no use of its session: the report may come over a connection of the
    /// former session.
    /// </summary>
    public async ValueTask<CommandReply> Report(CommandReport report)
    {
        if (await Admit(report.Session) is not Refusal.None and var refusal)
        {
            return new CommandReply(refusal == Refusal.NotFound ? Refusal.InvalidSession : refusal);
        }

        LivenessSignal? signal = null;
        if (report.Connection is { } connection)
        {
            var now = ClockReading.Now(Turn.Services.Clock);
            signal = new LivenessSignal(now.Wall, PresenceReason.Connected, false, null, null);
            Presence.Record(signal, now.Monotonic, connection.Gateway);
            Connections.FrameReceived(connection);
        }

        var reply = await Commands.Report(report, signal);
        Turn.Arm();
        return reply;
    }

    /// <summary>The oldest command that the device has not acknowledged, for a device that asks. Asking is a sign of life.</summary>
    public async ValueTask<CommandReply> NextCommand(DeviceConnectionInfo connection)
    {
        var touched = await Touch(connection);
        return touched.Refusal != Refusal.None ? new CommandReply(touched.Refusal) : await Commands.Oldest();
    }

    /// <summary>A gateway has written these commands to the device.</summary>
    public async ValueTask MarkDelivered(string? connectionId, IReadOnlyList<string> commandIds)
    {
        if (await Turn.Load() == Refusal.None)
        {
            await Turn.ResolveDoubt();
            await Commands.MarkDelivered(connectionId, commandIds);
        }
    }

    /// <summary>Loads the row, settles a doubt if possible, and admits the session.</summary>
    private async ValueTask<Refusal> Admit(Session session)
    {
        if (await Turn.Load() is not Refusal.None and var unknown)
        {
            return unknown;
        }

        await Turn.ResolveDoubt();
        return await Sessions.Admit(session);
    }

    private async ValueTask<ConnectReply> RecordFrame(DeviceConnectionInfo connection)
    {
        var reply = await Record(connection.Session, connection.Gateway, beat: null);
        return new ConnectReply(
            reply.Refusal, reply.Stored, reply.Timestamp,
            (int)Presence.Cadence.Interval.TotalMilliseconds, (int)Presence.Cadence.Timeout.TotalMilliseconds,
            Turn.Stored is { } row && Cadence.HasOwn(row.Profile));
    }

    /// <param name="beat">Null: a connection opened, or a frame came over it.</param>
    private async ValueTask<HeartbeatReply> Record(Session session, string gateway, Heartbeat? beat)
    {
        if (await Admit(session) is not Refusal.None and var refusal)
        {
            return new HeartbeatReply(refusal == Refusal.NotFound ? Refusal.InvalidSession : refusal);
        }

        var now = ClockReading.Now(Turn.Services.Clock);
        if (beat is { Goodbye: true } && Presence.TooManyGoodbyes(now.Monotonic) is { } wait)
        {
            // Not recorded at all: the device stays as it is, and the timeout decides.
            return new HeartbeatReply(Refusal.RateLimited, NextHeartbeat: (int)wait.TotalMilliseconds + 1);
        }

        var signal = beat is null
            ? new LivenessSignal(now.Wall, PresenceReason.Connected, false, null, null)
            : new LivenessSignal(now.Wall, PresenceReason.Heartbeat, beat.Goodbye, beat.Health, beat.Metrics, beat.Ignored);
        Presence.Record(signal, now.Monotonic, gateway);
        Sessions.NoteUse(session);
        var result = Turn.IsInDoubt ? AppendResult.Unavailable : await Presence.StoreDecision();
        Turn.Arm();
        return result switch
        {
            AppendResult.Fenced => new HeartbeatReply(Refusal.StaleActivation),
            AppendResult.Refused => new HeartbeatReply(Refusal.Rejected),
            _ => new HeartbeatReply(Refusal.None, result == AppendResult.Stored, now.Wall, Presence.Cadence.Next())
            {
                HeartbeatTimeout = (int)Presence.Cadence.Timeout.TotalMilliseconds,
            },
        };
    }
}
