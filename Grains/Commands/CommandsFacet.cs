using System.Security.Cryptography;
using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Devices.Connections;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Sessions;
using Rollcall.Devices.Turn;
using Rollcall.Journal;

namespace Rollcall.Commands;

/// <summary>
/// The device's commands: decided by <see cref="CommandQueue"/>, stored with the row, at its revision, and handed over by
/// <see cref="CommandDelivery"/>. The queue is read when it is first needed.
/// </summary>
internal sealed partial class CommandsFacet(
    TwinTurn owner, PresenceFacet presence, SessionsFacet sessions, ConnectionsFacet connections) : Facet(owner)
{
    /// <summary>Null: not needed yet.</summary>
    private OpenCommands? _open;

    /// <summary>Null: nothing had to be delivered yet.</summary>
    private CommandDelivery? _delivery;

    /// <summary>Null: nobody had to be notified yet.</summary>
    private CommandNotifications? _notifications;

    public override bool IsWaiting => HasOpen;

    private bool HasOpen => Turn.Stored is { Commands.Open: > 0 };

    private OpenCommands Open => _open ??= new OpenCommands(Turn, Services);

    private CommandDelivery Delivery => _delivery ??= new CommandDelivery(connections, Host);

    private CommandNotifications Notifications => _notifications ??= new CommandNotifications(Turn, Host, Services);

    private CommandReader Reader => new(Turn.DeviceId, Services);

    /// <summary>Accepts a command, which is stored first. The same key within a day is the same command.</summary>
    public async ValueTask<CommandReply> Send(string customerId, NewCommand command)
    {
        if (await Turn.ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new CommandReply(unready);
        }

        var now = Services.Wall();
        var fingerprint = CommandReader.Fingerprint(command);
        if (await Reader.Earlier(command, now) is not (true, var earlier) || await Open.Load() is not { } queue)
        {
            return new CommandReply(Open.Refusal);
        }

        if (earlier is { } known)
        {
            return Answered(command, known.Fingerprint == fingerprint
                ? new CommandReply(Refusal.None, CommandQueue.Shown(known.Command, now)) : new CommandReply(Refusal.Conflict));
        }

        var room = CommandRoom.Of(customerId, Services);
        var step = queue.Add(Turn.DeviceId, command, now, room, RandomNumberGenerator.GetBytes(12));
        if (step.Refusal == Refusal.None && !await Turn.Remind(presence.Reminder))
        {
            return new CommandReply(Refusal.Unavailable);
        }

        return Answered(command, await Reply(
            step, changed => ReferenceEquals(changed, step.Command)
                ? new CommandChanged(changed, command.IdempotencyKey, fingerprint) : new CommandChanged(changed)));
    }

    /// <summary>Cancels a command that the device has not acknowledged. Cancelling twice is no error.</summary>
    public async ValueTask<CommandReply> Cancel(string customerId, string commandId)
    {
        if (await Turn.ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new CommandReply(unready);
        }

        if (await Open.Load() is not { } queue)
        {
            return new CommandReply(Open.Refusal);
        }

        var step = queue.Cancel(commandId, Services.Wall());
        if (step.Refusal != Refusal.NotFound)
        {
            return await Reply(step);
        }

        var (surely, ended) = await Reader.FindEnded(step, commandId);
        return !surely ? new CommandReply(Refusal.Unavailable)
            : IsOthers(ended) ? GiveWay()
            : ended is null ? new CommandReply(Refusal.NotFound)
            : new CommandReply(ended.Status == CommandStatus.Cancelled ? Refusal.None : Refusal.Conflict, ended);
    }

    public override void Loaded(DeviceRow row, RehydratedState? rehydrated)
    {
        _open?.Keep(null);
        _delivery = null;
    }

    public override void Doubted() => _open?.Keep(null);

    public override void Overtaken(DeviceRow row) => _open?.Keep(null);

    public override void Removed()
    {
        _open?.Keep(null);
        _notifications = null;
    }

    public override void Leaving() => _open?.Keep(null);

    /// <summary>When the next command expires.</summary>
    public override TimeSpan? Deadline(ClockReading now) =>
        !HasOpen ? null
        : now.Monotonic + Open.TimeLeft(Services.Wall());

    /// <summary>Ends the commands that have expired. A device may sleep for days, so nothing else may trigger it.</summary>
    public override async ValueTask Due()
    {
        if (HasOpen && !Turn.IsInDoubt
            && (await Open.Load() is not { } queue || await StoreStep(queue.Expire(Services.Wall())) != AppendResult.Stored))
        {
            Turn.LookAgain();
        }
    }

    /// <summary>The command is stored as open, and this queue does not have it: another twin has accepted it, and owns the row by now.</summary>
    private static bool IsOthers(Command? ended) => ended is { IsOpen: true };

    private CommandReply GiveWay()
    {
        Turn.GiveWay();
        return new CommandReply(Refusal.StaleActivation);
    }

    private CommandReply Answered(NewCommand asked, CommandReply reply)
    {
        if (reply is { Refusal: Refusal.None, Command: { IsOpen: true } command } && asked.Waiter is { } waiter)
        {
            Notifications.Add(command, waiter);
        }

        return reply;
    }

    /// <summary>Stores what a rule decided, also with a refusal, and answers.</summary>
    private async ValueTask<CommandReply> Reply(CommandStep step, Func<Command, CommandChanged>? write = null)
    {
        var result = await StoreStep(step, write);
        if (result != AppendResult.Stored)
        {
            return new CommandReply(result.ToRefusal());
        }

        Turn.Arm();
        await Push();

        // The change is stored; a caller that gets no answer asks again.
        return step.Command is null ? new CommandReply(step.Refusal, null, step.Limit)
            : await Reader.Whole([step.Command]) is [var whole] ? new CommandReply(step.Refusal, whole)
            : new CommandReply(Refusal.Unavailable);
    }

    private ValueTask<AppendResult> StoreStep(CommandStep step, Func<Command, CommandChanged>? write = null, LivenessSignal? signal = null)
    {
        var decision = signal is null ? null : presence.Decide();
        if (step.Changed.Count == 0 && decision is null)
        {
            Open.Keep(step.Next);
            return ValueTask.FromResult(AppendResult.Stored);
        }

        CommandChanged[] writes = [.. step.Changed.Select(write ?? (changed => new CommandChanged(changed)))];
        var row = Turn.Row.Next(decision?.Next, sessions.Promoted()) with { Commands = new CommandState(step.Next.Count, step.Next.Last) };
        return Turn.Append(new Draft(row, [.. Draft.EventsOf(decision?.Change), .. writes])
        {
            Signal = signal,
            Then = new Consequence(this, step.Next, writes),
        });
    }

    /// <summary>What follows once a step is stored.</summary>
    private sealed class Consequence(CommandsFacet facet, CommandQueue next, IReadOnlyList<CommandChanged> writes) : IConsequence
    {
        public ValueTask Follow()
        {
            facet.Open.Keep(next);
            return writes.Count == 0 ? ValueTask.CompletedTask : facet.Notifications.Notify(writes);
        }
    }
}
