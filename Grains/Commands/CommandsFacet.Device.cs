using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Commands;

/// <content>What the device does with its commands: it is handed them, asks for them, reports what came of them.</content>
internal sealed partial class CommandsFacet
{
    /// <summary>The device says that it has a command, or what came of it.</summary>
    /// <param name="sign">The sign of life that it is, to be stored with it; null: it came over REST, and is none.</param>
    public async ValueTask<CommandReply> Report(CommandReport report, LivenessSignal? sign)
    {
        if (Turn.IsInDoubt || await Open.Load() is not { } queue)
        {
            return new CommandReply(Open.Refusal);
        }

        var step = queue.Take(report, Services.Wall());
        if (step.Refusal == Refusal.NotFound)
        {
            var (surely, ended) = await Ended(step, report.CommandId);
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
                // What has just expired is written once: as late.
                var late = CommandQueue.TakeLate(step.Next, ended, report);
                step = late with { Changed = [.. step.Changed.Where(changed => changed.Id != late.Command?.Id), .. late.Changed] };
            }
        }

        var outcome = await Store(step, sign: sign);
        if (_delivery is { HasSuspects: true })
        {
            await Push();
        }

        return new CommandReply(outcome == AppendResult.Stored ? step.Refusal : outcome.ToRefusal(), step.Command);
    }

    /// <summary>The oldest command that the device has not acknowledged, for one that asks for it.</summary>
    public async ValueTask<CommandReply> Oldest() =>
        await Open.Load() is { } queue && await Reader.Whole([.. queue.ToSend(0, Services.Wall()).Take(1)]) is { } oldest
            ? new CommandReply(Refusal.None, oldest is [var command] ? command : null)
            : new CommandReply(Open.Refusal);

    /// <summary>A gateway has written these commands to the device.</summary>
    /// <param name="linkId">The connection; null: in the answer to a beat over REST.</param>
    public async ValueTask Sent(string? linkId, IReadOnlyList<string> commandIds)
    {
        if (Turn.Stored is null || Turn.IsInDoubt || await Open.Load() is not { } queue)
        {
            return;
        }

        if (await Store(queue.Sent(commandIds, Services.Wall())) != AppendResult.Stored)
        {
            // Handed over again by and by: it is to be known as sent.
            return;
        }

        if (linkId is not null)
        {
            Delivery.Sent(linkId, commandIds);
        }

        await Push();
    }

    /// <summary>A beat came: what waits is handed over, over its connection and in its answer.</summary>
    /// <returns>For the answer. With a connection over which commands come, too: those alone that are not written to it.</returns>
    public async ValueTask<IReadOnlyList<Command>> DeliverWithBeat()
    {
        if (!HasOpen)
        {
            return [];
        }

        var apart = Delivery.IsDelivering(ClockReading.MonotonicNow(Services.Clock));
        await DeliverWaiting();
        return HasOpen && await Open.Load() is { } queue
            && queue.ToSend(0, Services.Wall(), apart ? Way.Asked : Way.Any) is { Count: > 0 } waiting ? await Reader.Whole(waiting) ?? [] : [];
    }

    /// <summary>The device is there: what waits is handed over.</summary>
    public ValueTask DeliverWaiting()
    {
        if (!HasOpen)
        {
            return ValueTask.CompletedTask;
        }

        Delivery.NoteAlive(ClockReading.MonotonicNow(Services.Clock));
        return Push();
    }

    /// <summary>Hands the next portion to the gateway that holds the device's connection, unless one is on its way.</summary>
    public async ValueTask Push()
    {
        var now = ClockReading.MonotonicNow(Services.Clock);
        if (HasOpen && Delivery.IsFree(now) && await Open.Load() is { } queue
            && await Reader.Whole(Delivery.Portion(queue, Services.Wall())) is { } portion)
        {
            Delivery.Hand(portion, now);
        }
    }

    /// <summary>The newest connection is gone, and not by an end that we made.</summary>
    public async ValueTask ConnectionDied()
    {
        if (_delivery is not null && !Turn.IsInDoubt && _open?.Known is { } queue && _delivery.Died(queue, Services.Wall()) is { } guilty)
        {
            await Store(queue.OnlyAskedFor(guilty));
        }
    }
}
