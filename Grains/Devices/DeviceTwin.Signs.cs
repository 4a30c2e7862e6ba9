using Rollcall.Commands;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <content>What the device itself says, by whatever way: beats, connections, reports.</content>
internal sealed partial class DeviceTwin
{
    /// <summary>Records a beat: stored, or heard while the store is away.</summary>
    public async ValueTask<HeartbeatReply> Heartbeat(Heartbeat beat)
    {
        var reply = await Record(beat.Session, beat.Gateway, beat);
        Turn.Services.Meter.Beat(reply);
        if (reply.Refusal != Refusal.None)
        {
            return reply;
        }

        if (beat.Connection is { } link)
        {
            Connections.FrameReceived(link);
        }
        else
        {
            Connections.Vouch(beat.Session);
        }

        return beat.Goodbye || Turn.Stored is not { Commands.Open: > 0 } ? reply : reply with { Commands = await Commands.DeliverWithBeat() };
    }

    /// <summary>A connection opened: a sign of life, and a use of its session. The newest connection of a session wins.</summary>
    public async ValueTask<ConnectReply> Connect(DeviceConnectionInfo link)
    {
        var reply = await RecordFrame(link);
        if (reply.Refusal != Refusal.None || Connections.Knows(link))
        {
            return reply;
        }

        if (Connections.IsOver(link))
        {
            return new ConnectReply(Refusal.SessionSuperseded);
        }

        if (Connections.Open is not null)
        {
            await Commands.ConnectionDied();
        }

        Connections.Add(link);
        return reply;
    }

    /// <summary>A connection spoke: a sign of life. What was on its way over an old one must not take the place of the newer.</summary>
    public async ValueTask<ConnectReply> Touch(DeviceConnectionInfo link)
    {
        var reply = await RecordFrame(link);
        if (reply.Refusal == Refusal.None)
        {
            Connections.FrameReceived(link);
            await Commands.DeliverWaiting();
        }

        return reply;
    }

    /// <summary>A gateway has greeted the device at the end of this connection: what waits may be handed over.</summary>
    public async ValueTask<Refusal> ConnectionReady(DeviceConnectionInfo link)
    {
        if (await Admit(link.Session) is not Refusal.None and var refusal)
        {
            return refusal;
        }

        if (Connections.Greeted(link) is not Refusal.None and var over)
        {
            return over;
        }

        await Commands.Push();
        return Refusal.None;
    }

    /// <summary>A connection closed. A late word of an old one changes nothing.</summary>
    public async ValueTask Disconnect(string linkId)
    {
        if (!Connections.Closing(linkId) || Turn.Stored is null)
        {
            return;
        }

        await Commands.ConnectionDied();

        // Storing what was found of its commands may have let it go.
        if (Connections.Open?.Link.ConnectionId == linkId)
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
    /// The device says that it has a command, or what came of it. No use of its session: whoever reports may hold a connection of the former
    /// one.
    /// </summary>
    public async ValueTask<CommandReply> Report(CommandReport report)
    {
        if (await Admit(report.Session) is not Refusal.None and var refusal)
        {
            return new CommandReply(refusal == Refusal.NotFound ? Refusal.InvalidSession : refusal);
        }

        LivenessSignal? sign = null;
        if (report.Connection is { } link)
        {
            var now = ClockReading.Now(Turn.Services.Clock);
            sign = new LivenessSignal(now.Wall, PresenceReason.Connected, false, null, null);
            Presence.Record(sign, now.Monotonic, link.Gateway);
            Connections.FrameReceived(link);
        }

        var reply = await Commands.Report(report, sign);
        Turn.Arm();
        return reply;
    }

    /// <summary>The oldest command that the device has not acknowledged, for one that asks for it. Asking is a sign of life.</summary>
    public async ValueTask<CommandReply> NextCommand(DeviceConnectionInfo link)
    {
        var sign = await Touch(link);
        return sign.Refusal != Refusal.None ? new CommandReply(sign.Refusal) : await Commands.Oldest();
    }

    /// <summary>A gateway has written these commands to the device.</summary>
    public async ValueTask MarkDelivered(string? linkId, IReadOnlyList<string> commandIds)
    {
        if (await Turn.Load() == Refusal.None)
        {
            await Turn.ResolveDoubt();
            await Commands.Sent(linkId, commandIds);
        }
    }

    /// <summary>Loaded, a doubt settled if it can be, and the session may speak for the device.</summary>
    private async ValueTask<Refusal> Admit(Session session)
    {
        if (await Turn.Load() is not Refusal.None and var unknown)
        {
            return unknown;
        }

        await Turn.ResolveDoubt();
        return await Sessions.Admit(session);
    }

    private async ValueTask<ConnectReply> RecordFrame(DeviceConnectionInfo link)
    {
        var reply = await Record(link.Session, link.Gateway, beat: null);
        return new ConnectReply(
            reply.Refusal, reply.Stored, reply.Timestamp,
            (int)Turn.Services.Options.HeartbeatInterval.TotalMilliseconds, (int)Turn.Services.Options.HeartbeatTimeout.TotalMilliseconds);
    }

    /// <param name="beat">Null: a connection spoke, or opened.</param>
    private async ValueTask<HeartbeatReply> Record(Session session, string gateway, Heartbeat? beat)
    {
        if (await Admit(session) is not Refusal.None and var refusal)
        {
            return new HeartbeatReply(refusal == Refusal.NotFound ? Refusal.InvalidSession : refusal);
        }

        var now = ClockReading.Now(Turn.Services.Clock);
        if (beat is { Goodbye: true } && Presence.TooManyGoodbyes(now.Monotonic) is { } wait)
        {
            // Not heard at all: the device stays what it is, and its silence decides.
            return new HeartbeatReply(Refusal.RateLimited, NextHeartbeat: (int)wait.TotalMilliseconds + 1);
        }

        var sign = beat is null
            ? new LivenessSignal(now.Wall, PresenceReason.Connected, false, null, null)
            : new LivenessSignal(now.Wall, PresenceReason.Heartbeat, beat.Goodbye, beat.Health, beat.Metrics, beat.Ignored);
        Presence.Record(sign, now.Monotonic, gateway);
        Sessions.NoteUse(session);
        var outcome = Turn.IsInDoubt ? AppendResult.Unavailable : await Presence.StoreDecision();
        Turn.Arm();
        return outcome switch
        {
            AppendResult.Fenced => new HeartbeatReply(Refusal.StaleActivation),
            AppendResult.Refused => new HeartbeatReply(Refusal.Rejected),
            _ => new HeartbeatReply(Refusal.None, outcome == AppendResult.Stored, now.Wall, Turn.Services.Pace.Next()),
        };
    }
}
