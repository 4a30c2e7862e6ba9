using System.Security.Cryptography;
using System.Text;
using Rollcall.Commands;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <content>
/// The device's commands: decided by <see cref="CommandQueue"/>, stored with the row, at its revision. Nothing is sent in a turn:
/// a gateway is handed what to write, one portion after the other, and says when it has.
/// </content>
internal sealed partial class DeviceTwin
{
    private static readonly TimeSpan PushPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    /// <summary>Null: to be read. Only of devices with open commands it ever is.</summary>
    private CommandQueue? _queue;

    /// <summary>The present link: its device has been greeted, up to which number it was handed commands, and since when a portion is on its way.</summary>
    private bool _attended;
    private long _pushedTo;
    private TimeSpan? _pushing;

    /// <summary>Takes a command in: stored before it is accepted. The same key within a day is the same command.</summary>
    public async ValueTask<CommandReply> Send(string customerId, NewCommand command)
    {
        if (await ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new CommandReply(unready);
        }

        var now = Instant.WallNow(services.Clock);
        var fingerprint = Fingerprint(command);
        if (await Reading(async () => (await Earlier(command, now), await ReadQueue())) is not { } read)
        {
            return new CommandReply(Refusal.Unavailable);
        }

        if (read.Item1 is { } earlier)
        {
            return earlier.Fingerprint == fingerprint ? new CommandReply(Refusal.None, earlier.Command.At(now)) : new CommandReply(Refusal.Conflict);
        }

        var step = read.Item2.Add(deviceId, command, now, services.Options.CommandsMost, RandomNumberGenerator.GetBytes(12));
        if (step.Refusal == Refusal.None && !await Reminded())
        {
            return new CommandReply(Refusal.Unavailable);
        }

        return await Reply(step, changed => ReferenceEquals(changed, step.Command) ? new CommandWrite(changed, command.IdempotencyKey, fingerprint) : new CommandWrite(changed));
    }

    /// <summary>Takes a command back that the device does not have yet. One that is taken back already stays so.</summary>
    public async ValueTask<CommandReply> Cancel(string customerId, string commandId)
    {
        if (await ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new CommandReply(unready);
        }

        var now = Instant.WallNow(services.Clock);
        if (await Reading(ReadQueue) is not { } queue)
        {
            return new CommandReply(Refusal.Unavailable);
        }

        var step = queue.Cancel(commandId, now);
        if (step.Refusal != Refusal.NotFound)
        {
            return await Reply(step);
        }

        var (surely, ended) = await Ended(step, commandId);
        return !surely ? new CommandReply(Refusal.Unavailable)
            : ended is null ? new CommandReply(Refusal.NotFound)
            : new CommandReply(ended.Status == CommandStatus.Cancelled ? Refusal.None : Refusal.Conflict, ended);
    }

    /// <summary>The device says that it has a command, or what came of it.</summary>
    public async ValueTask<CommandReply> Take(CommandWord word)
    {
        if (await Known() is not Refusal.None and var unknown)
        {
            return new CommandReply(unknown == Refusal.NotFound ? Refusal.InvalidSession : unknown);
        }

        await ResolveDoubt();
        if (await Admit(word.Session) is not Refusal.None and var refusal)
        {
            return new CommandReply(refusal);
        }

        var now = Instant.Now(services.Clock);
        Beat? sign = null;
        if (word.Link is { } link)
        {
            sign = new Beat(now.Wall, PresenceReason.Connected, false, null, null);
            _heard = _heard.With(sign, now.Monotonic, link.Gateway);
            Know(link);
        }

        var reply = _doubt is null && await Reading(ReadQueue) is { } queue
            ? await Take(queue, word, now, sign)
            : new CommandReply(Refusal.Unavailable);
        Arm();
        return reply;
    }

    /// <summary>The oldest command that the device has not acknowledged, for one that asks for it. Asking is a sign of life.</summary>
    public async ValueTask<CommandReply> Claim(Link link)
    {
        var sign = await Connect(link);
        return sign.Refusal != Refusal.None
            ? new CommandReply(sign.Refusal)
            : new CommandReply(Refusal.None, await Waiting() is [var oldest, ..] ? oldest : null);
    }

    /// <summary>A gateway has greeted the device at the end of this link: what waits may be handed over.</summary>
    public async ValueTask Attend(string linkId)
    {
        if (_stored is not null && _heard.OpenLink?.LinkId == linkId)
        {
            _attended = true;
            await Push();
        }
    }

    /// <summary>A gateway has written these commands to the device.</summary>
    /// <param name="linkId">The socket; null: in the answer to a beat over REST.</param>
    public async ValueTask Sent(string? linkId, IReadOnlyList<string> commandIds)
    {
        if (_stored is null || _doubt is not null || await Reading(ReadQueue) is not { } queue)
        {
            return;
        }

        if (linkId is not null && _heard.OpenLink?.LinkId == linkId)
        {
            _pushing = null;
            _pushedTo = Math.Max(_pushedTo, commandIds.Max(id => CommandIds.TryNumber(id, out var number) ? number : 0));
        }

        await Store(queue.Sent(commandIds, Instant.WallNow(services.Clock)));
        await Push();
    }

    private async ValueTask<CommandReply> Take(CommandQueue queue, CommandWord word, Instant now, Beat? sign)
    {
        var step = queue.Take(word, now.Wall);
        if (step.Refusal == Refusal.NotFound)
        {
            var (surely, ended) = await Ended(step, word.CommandId);
            if (!surely)
            {
                return new CommandReply(Refusal.Unavailable);
            }

            var late = ended is null ? step : CommandQueue.TakeLate(step.Next, ended, word);
            step = late with { Changed = [.. step.Changed.Where(changed => changed.Id != late.Command?.Id), .. late.Changed] };
        }

        var outcome = await Store(step, sign: sign);
        return new CommandReply(outcome == Outcome.Stored ? step.Refusal : RefusalOf(outcome), step.Command);
    }

    /// <summary>Stores what a rule decided, also beside a refusal, and answers for it.</summary>
    private async ValueTask<CommandReply> Reply(CommandStep step, Func<Command, CommandWrite>? write = null)
    {
        var outcome = await Store(step, write);
        if (outcome != Outcome.Stored)
        {
            return new CommandReply(RefusalOf(outcome));
        }

        Arm();
        await Push();
        return new CommandReply(step.Refusal, step.Command);
    }

    private async ValueTask<Outcome> Store(CommandStep step, Func<Command, CommandWrite>? write = null, Beat? sign = null)
    {
        var decision = sign is null ? null : services.Decide(_stored!.Presence, _heard, Instant.Now(services.Clock));
        if (step.Changed.Count == 0 && decision is null)
        {
            _queue = step.Next;
            return Outcome.Stored;
        }

        var row = _stored!.Next(presence: decision?.Next) with { Commands = new CommandState(step.Next.Count, step.Next.Last) };
        return await Store(row, decision?.Change, sign, new CommandChange(step.Next, [.. step.Changed.Select(write ?? (changed => new CommandWrite(changed)))]));
    }

    /// <summary>Ends what is over its time. A device may sleep for days, so nobody else may come by to do it.</summary>
    private async ValueTask ExpireCommands()
    {
        if (_stored is { Commands.Open: > 0 } && _doubt is null)
        {
            _again |= await Reading(ReadQueue) is not { } queue || await Store(queue.Expire(Instant.WallNow(services.Clock))) != Outcome.Stored;
        }
    }

    private async ValueTask<IReadOnlyList<Command>> Waiting() =>
        _stored is { Commands.Open: > 0 } && await Reading(ReadQueue) is { } queue ? queue.ToSend(0, Instant.WallNow(services.Clock)) : [];

    /// <summary>Hands the next portion to the gateway that holds the device's socket, unless one is on its way. A portion that was lost is handed over again by and by.</summary>
    private async ValueTask Push()
    {
        var now = Instant.Now(services.Clock);
        if (_stored is not { Commands.Open: > 0 } || !_attended || !Connected || now.Monotonic - _pushing < PushPatience || await Reading(ReadQueue) is not { } queue)
        {
            return;
        }

        var portion = queue.ToSend(_pushedTo, now.Wall);
        _pushing = portion.Count > 0 ? now.Monotonic : null;
        if (portion.Count > 0)
        {
            host.Deliver(_heard.OpenLink!, portion);
        }
    }

    /// <summary>When the next command is over its time, on the monotonic clock; null: none is open.</summary>
    private TimeSpan? NextExpiry(Instant now) =>
        _stored is not { Commands.Open: > 0 } ? null
        : _queue is null || _again ? now.Monotonic + Retry
        : now.Monotonic + (_queue.NextExpiry - now.Wall);

    private async Task<CommandQueue> ReadQueue() => _queue ??= CommandQueue.Of(
        _stored!.Commands.Open == 0 ? [] : await services.Commands!.OpenAsync(deviceId, CancellationToken.None).WaitAsync(ReadPatience, services.Clock),
        _stored.Commands.Last);

    private async Task<(Command Command, string? Fingerprint)?> Earlier(NewCommand command, DateTimeOffset now) => !command.MayBeKnown
        ? null
        : await services.Commands!.FindByKeyAsync(deviceId, command.IdempotencyKey, now - KeyLifetime, CancellationToken.None).WaitAsync(ReadPatience, services.Clock);

    /// <summary>A command that is not open: it has just expired, or is stored as ended; null: there is none. Not surely: the store cannot be read.</summary>
    private async ValueTask<(bool Surely, Command? Command)> Ended(CommandStep step, string commandId)
    {
        if (step.Changed.FirstOrDefault(changed => changed.Id == commandId) is { } expired)
        {
            return (true, expired);
        }

        var found = await Reading(async () => (Command: await services.Commands!.FindAsync(deviceId, commandId, CancellationToken.None).WaitAsync(ReadPatience, services.Clock), Read: true));
        return (found?.Read == true, found?.Command);
    }

    /// <returns>Null: the store cannot be read now.</returns>
    private static async Task<T?> Reading<T>(Func<Task<T>> read) where T : struct
    {
        try
        {
            return await read();
        }
        catch (Exception away) when (away is StoreUnavailableException or TimeoutException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Reading{T}(Func{Task{T}})"/>
    private static async Task<CommandQueue?> Reading(Func<Task<CommandQueue>> read) =>
        (await Reading(async () => new ValueTuple<CommandQueue>(await read())))?.Item1;

    private static string Fingerprint(NewCommand command) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{command.Name}\n{command.TimeToLive.Ticks}\n{command.Parameters}")));
}

/// <summary>What becomes of the queue with a record.</summary>
internal sealed record CommandChange(CommandQueue Next, IReadOnlyList<CommandWrite> Writes);
