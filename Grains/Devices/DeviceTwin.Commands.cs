using System.Security.Cryptography;
using Rollcall.Commands;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <content>
/// The device's commands: decided by <see cref="CommandQueue"/>, stored with the row, at its revision.
/// </content>
internal sealed partial class DeviceTwin
{
    /// <summary>Takes a command in: stored before it is accepted. The same key within a day is the same command.</summary>
    public async ValueTask<CommandReply> Send(string customerId, NewCommand command)
    {
        if (await ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new CommandReply(unready);
        }

        var now = services.Wall();
        var fingerprint = Fingerprint(command);
        if (await Reading(async () => (Found: await Earlier(command, now), Read: true)) is not { } earlier || await Queue() is not { } queue)
        {
            return new CommandReply(NoQueue);
        }

        if (earlier.Found is { } known)
        {
            return Answered(command, known.Fingerprint == fingerprint
                ? new CommandReply(Refusal.None, CommandQueue.Shown(known.Command, now)) : new CommandReply(Refusal.Conflict));
        }

        var room = new CommandRoom(
            services.Options.CommandsMost, services.Options.CommandBytes, services.Options.CommandCustomerBytes,
            services.CustomerCommands.BytesOf(customerId));
        var step = queue.Add(deviceId, command, now, room, RandomNumberGenerator.GetBytes(12));
        if (step.Refusal == Refusal.None && !await Reminded())
        {
            return new CommandReply(Refusal.Unavailable);
        }

        return Answered(command, await Reply(
            step, changed => ReferenceEquals(changed, step.Command)
                ? new CommandChanged(changed, command.IdempotencyKey, fingerprint) : new CommandChanged(changed)));
    }

    /// <summary>Takes a command back that the device does not have yet. One that is taken back already stays so.</summary>
    public async ValueTask<CommandReply> Cancel(string customerId, string commandId)
    {
        if (await ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new CommandReply(unready);
        }

        var now = services.Wall();
        if (await Queue() is not { } queue)
        {
            return new CommandReply(NoQueue);
        }

        var step = queue.Cancel(commandId, now);
        if (step.Refusal != Refusal.NotFound)
        {
            return await Reply(step);
        }

        var (surely, ended) = await Ended(step, commandId);
        return !surely ? new CommandReply(Refusal.Unavailable)
            : IsOthers(ended) ? LeaveIt()
            : ended is null ? new CommandReply(Refusal.NotFound)
            : new CommandReply(ended.Status == CommandStatus.Cancelled ? Refusal.None : Refusal.Conflict, ended);
    }

    /// <summary>
    /// The device says that it has a command, or what came of it. No use of its session: whoever reports may hold a socket of the former
    /// one.
    /// </summary>
    public async ValueTask<CommandReply> Report(CommandReport report)
    {
        if (await Known() is not Refusal.None and var unknown)
        {
            return new CommandReply(unknown == Refusal.NotFound ? Refusal.InvalidSession : unknown);
        }

        await ResolveDoubt();
        if (await Admit(report.Session) is not Refusal.None and var refusal)
        {
            return new CommandReply(refusal);
        }

        var now = Instant.Now(services.Clock);
        Beat? sign = null;
        if (report.Link is { } link)
        {
            sign = new Beat(now.Wall, PresenceReason.Connected, false, null, null);
            _heard = _heard.With(sign, now.Monotonic, link.Gateway);
            Know(link);
        }

        var reply = _doubt is null && await Queue() is { } queue
            ? await Report(queue, report, now, sign)
            : new CommandReply(NoQueue);
        Arm();
        return reply;
    }

    /// <summary>The oldest command that the device has not acknowledged, for one that asks for it. Asking is a sign of life.</summary>
    public async ValueTask<CommandReply> Claim(Link link)
    {
        var sign = await Sign(link);
        return sign.Refusal != Refusal.None ? new CommandReply(sign.Refusal)
            : await Queue() is { } queue && await Whole([.. queue.ToSend(0, services.Wall()).Take(1)]) is { } oldest
                ? new CommandReply(Refusal.None, oldest is [var command] ? command : null)
                : new CommandReply(NoQueue);
    }

    /// <summary>A gateway has greeted the device at the end of this link: what waits may be handed over.</summary>
    /// <returns>Why it is over already; a twin that knows no link leaves it to the next beat.</returns>
    public async ValueTask<Refusal> Attend(Link link)
    {
        if (await Known() is not Refusal.None and var unknown)
        {
            return unknown;
        }

        await ResolveDoubt();
        if (await Admit(link.Session) is not Refusal.None and var refusal)
        {
            return refusal;
        }

        if (_heard.OpenLink?.LinkId != link.LinkId)
        {
            return Connected && _heard.Beside?.LinkId != link.LinkId ? Refusal.SessionSuperseded : Refusal.None;
        }

        _attended = true;
        await Push();
        return Refusal.None;
    }

    /// <summary>A gateway has written these commands to the device.</summary>
    /// <param name="linkId">The socket; null: in the answer to a beat over REST.</param>
    public async ValueTask Sent(string? linkId, IReadOnlyList<string> commandIds)
    {
        if (await Known() != Refusal.None)
        {
            return;
        }

        await ResolveDoubt();
        if (_stored is null || _doubt is not null || await Queue() is not { } queue)
        {
            return;
        }

        if (await Store(queue.Sent(commandIds, services.Wall())) != Outcome.Stored)
        {
            // Handed over again by and by: it is to be known as sent.
            return;
        }

        if (linkId is not null && _heard.OpenLink?.LinkId == linkId)
        {
            // One that was claimed meanwhile is not the portion.
            _pushedTo = Math.Max(_pushedTo, commandIds.Max(id => CommandIds.TryNumber(id, out var number) ? number : 0));
            _pushing = _pushing?.To > _pushedTo ? _pushing : null;
        }

        await Push();
    }

    /// <summary>It is stored as open, and this queue does not have it: another twin has taken it in, whose row this is by now.</summary>
    private static bool IsOthers(Command? ended) => ended is { IsOpen: true };

    private CommandReply LeaveIt()
    {
        GiveWay();
        return new CommandReply(Refusal.Moved);
    }

    private CommandReply Answered(NewCommand asked, CommandReply reply)
    {
        if (reply is { Refusal: Refusal.None, Command: { } command })
        {
            Await(command, asked.Waiter);
        }

        return reply;
    }

    private async ValueTask<CommandReply> Report(CommandQueue queue, CommandReport report, Instant now, Beat? sign)
    {
        var step = queue.Take(report, services.Wall());
        if (step.Refusal == Refusal.NotFound)
        {
            var (surely, ended) = await Ended(step, report.CommandId);
            if (!surely)
            {
                return new CommandReply(Refusal.Unavailable);
            }

            if (IsOthers(ended))
            {
                return LeaveIt();
            }

            if (ended is not null)
            {
                // What has just expired is written once: as late.
                var late = CommandQueue.TakeLate(step.Next, ended, report);
                step = late with { Changed = [.. step.Changed.Where(changed => changed.Id != late.Command?.Id), .. late.Changed] };
            }
        }

        var outcome = await Store(step, sign: sign);
        await PushNextSuspect();
        return new CommandReply(outcome == Outcome.Stored ? step.Refusal : outcome.ToRefusal(), step.Command);
    }
}
