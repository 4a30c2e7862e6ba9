using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Devices.Presence;
using Rollcall.Journal;

namespace Rollcall.Commands;

/// <content>What the device does with its commands: it receives them, asks for them, and reports results.</content>
internal sealed partial class CommandsFacet
{
    /// <summary>The device acknowledges a command or reports its result.</summary>
    /// <param name="signal">The signal to store with the report; null: it came over REST, and is no signal of life.</param>
    public async ValueTask<CommandReply> Report(CommandReport report, LivenessSignal? signal)
    {
        if (Turn.IsInDoubt || await Open.Load() is not { } queue)
        {
            return new CommandReply(Open.Refusal);
        }

        var step = queue.Take(report, Services.Wall());
        if (step.Refusal == Refusal.NotFound)
        {
            var (surely, ended) = await Reader.FindEnded(step, report.CommandId);
            if (!surely)
            {
                return new CommandReply(Refusal.Unavailable);
            }

            if (IsOthers(ended))
            {
                return GiveWay();
            }

            if (ended is not null)
            {
                // A command that has just expired is written once: as late.
                var late = CommandQueue.TakeLate(step.Next, ended, report);
                step = late with { Changed = [.. step.Changed.Where(changed => changed.Id != late.Command?.Id), .. late.Changed] };
            }
        }

        var result = await StoreStep(step, signal: signal);
        if (_delivery is { HasSuspects: true })
        {
            await Push();
        }

        return new CommandReply(result == AppendResult.Stored ? step.Refusal : result.ToRefusal(), step.Command);
    }

    /// <summary>The oldest command that the device has not acknowledged, for a device that asks.</summary>
    public async ValueTask<CommandReply> Oldest() =>
        await Open.Load() is { } queue && await Reader.Whole([.. queue.ToSend(0, Services.Wall()).Take(1)]) is { } oldest
            ? new CommandReply(Refusal.None, oldest is [var command] ? command : null)
            : new CommandReply(Open.Refusal);

    /// <summary>A gateway has written these commands to the device.</summary>
    /// <param name="connectionId">The connection; null: in the answer to a heartbeat over REST.</param>
    public async ValueTask MarkDelivered(string? connectionId, IReadOnlyList<string> commandIds)
    {
        if (Turn.Stored is null || Turn.IsInDoubt || await Open.Load() is not { } queue)
        {
            return;
        }

        if (await StoreStep(queue.Sent(commandIds, Services.Wall())) != AppendResult.Stored)
        {
            // It will be handed over again: it has to be stored as sent.
            return;
        }

        if (connectionId is not null)
        {
            Delivery.MarkDelivered(connectionId, commandIds);
        }

        await Push();
    }

    /// <summary>A heartbeat came: waiting commands are delivered, over the connection and in the answer.</summary>
    /// <returns>The commands for the answer. With a connection that delivers commands, only those that are not sent over it.</returns>
    public async ValueTask<IReadOnlyList<Command>> DeliverWithBeat()
    {
        if (!HasOpen)
        {
            return [];
        }

        var pushed = Delivery.IsDelivering(ClockReading.MonotonicNow(Services.Clock));
        await DeliverWaiting();
        return HasOpen && await Open.Load() is { } queue
            && queue.ToSend(0, Services.Wall(), pushed ? Way.Asked : Way.Any) is { Count: > 0 } waiting ? await Reader.Whole(waiting) ?? [] : [];
    }

    /// <summary>The device is alive: waiting commands are delivered.</summary>
    public ValueTask DeliverWaiting()
    {
        if (!HasOpen)
        {
            return ValueTask.CompletedTask;
        }

        Delivery.NoteAlive(ClockReading.MonotonicNow(Services.Clock));
        return Push();
    }

    /// <summary>Hands the next batch to the gateway that holds the device's connection, unless one is under way.</summary>
    public async ValueTask Push()
    {
        var now = ClockReading.MonotonicNow(Services.Clock);
        if (HasOpen && Delivery.IsFree(now) && await Open.Load() is { } queue
            && await Reader.Whole(Delivery.NextBatch(queue, Services.Wall())) is { } batch)
        {
            Delivery.HandOver(batch, now);
        }
    }

    /// <summary>The newest connection died: it was not ended by us.</summary>
    public async ValueTask ConnectionDied()
    {
        if (_delivery is not null && !Turn.IsInDoubt && _open?.Known is { } queue && _delivery.ConnectionDied(queue, Services.Wall()) is { } atFault)
        {
            await StoreStep(queue.OnlyAskedFor(atFault));
        }
    }
}
