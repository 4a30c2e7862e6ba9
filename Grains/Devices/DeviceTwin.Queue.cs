using System.Security.Cryptography;
using System.Text;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <content>
/// The queue of commands: read when it is needed, stored with the row, and handed over. Nothing is sent in a turn: a gateway is
/// handed what to write, one portion after the other, and says when it has.
/// </content>
internal sealed partial class DeviceTwin
{
    private static readonly TimeSpan PushPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ResendAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(2);
    /// <summary>A clock that is not believed now may be by then.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Null: to be read. Only of devices with open commands it ever is. Set by <see cref="KeepQueue"/>, which counts what it holds.
    /// </summary>
    private CommandQueue? _queue;
    private (string CustomerId, long Bytes) _held;

    /// <summary>
    /// The present link: its device has been greeted, up to which number it was handed commands, and since when a portion is on its way.
    /// </summary>
    private bool _attended;
    private long _pushedTo;
    private (TimeSpan Since, long To)? _pushing;
    private TimeSpan _pushedSince;

    /// <summary>
    /// As far as is known the socket takes what it is handed: its device has been greeted, and no portion is overdue. The word that it closed may
    /// have been lost; a device that beats over REST would then have its commands nowhere.
    /// </summary>
    private bool IsDelivering => _attended && !(Instant.MonotonicNow(services.Clock) - _pushing?.Since >= PushPatience);

    /// <summary>Another socket is the one that commands go to: nothing has come over it yet.</summary>
    /// <param name="greeted">Its device has been.</param>
    private void BeginPushing(bool greeted) => (_attended, _pushedTo, _pushing, _trial, _vouched) = (greeted, 0, null, null, null);

    /// <summary>Stores what a rule decided, also beside a refusal, and answers for it.</summary>
    private async ValueTask<CommandReply> Reply(CommandStep step, Func<Command, CommandChanged>? write = null)
    {
        var outcome = await Store(step, write);
        if (outcome != Outcome.Stored)
        {
            return new CommandReply(outcome.ToRefusal());
        }

        Arm();
        await Push();

        // What is done is stored; whoever cannot be answered for it asks again.
        return step.Command is null ? new CommandReply(step.Refusal, null, step.Limit)
            : await Whole([step.Command]) is [var whole] ? new CommandReply(step.Refusal, whole)
            : new CommandReply(Refusal.Unavailable);
    }

    private async ValueTask<Outcome> Store(CommandStep step, Func<Command, CommandChanged>? write = null, Beat? sign = null)
    {
        var decision = sign is null ? null : services.Decide(_stored!.Presence, _heard, Instant.Now(services.Clock));
        if (step.Changed.Count == 0 && decision is null)
        {
            KeepQueue(step.Next);
            return Outcome.Stored;
        }

        var row = _stored!.Next(decision?.Next, Promoted()) with { Commands = new CommandState(step.Next.Count, step.Next.Last) };
        return await Store(row, decision?.Change, sign,
            new CommandChange(step.Next, [.. step.Changed.Select(write ?? (changed => new CommandChanged(changed)))]));
    }

    /// <summary>Ends what is over its time. A device may sleep for days, so nobody else may come by to do it.</summary>
    private async ValueTask ExpireCommands()
    {
        if (_stored is { Commands.Open: > 0 } && _doubt is null)
        {
            _again |= await Queue() is not { } queue || await Store(queue.Expire(services.Wall())) != Outcome.Stored;
        }
    }

    /// <param name="apart">The device has a socket, too, over which commands come: those alone that are not written to it.</param>
    private async ValueTask<IReadOnlyList<Command>> Waiting(bool apart) =>
        _stored is { Commands.Open: > 0 } && await Queue() is { } queue
            && queue.ToSend(0, services.Wall(), apart ? Way.Asked : Way.Any) is { Count: > 0 } waiting ? await Whole(waiting) ?? [] : [];

    /// <summary>
    /// Hands the next portion to the gateway that holds the device's socket, unless one is on its way. A portion that was lost is handed
    /// over again by and by.
    /// </summary>
    private async ValueTask Push()
    {
        var now = Instant.MonotonicNow(services.Clock);
        if (_stored is not { Commands.Open: > 0 } || !_attended || !Connected || now - _pushing?.Since < PushPatience
            || await Queue() is not { } queue)
        {
            return;
        }

        if (await Whole(Portion(queue)) is not { } portion)
        {
            // With a later beat.
            return;
        }

        _pushing = portion is [.., var last] ? (now, last.Number) : null;
        if (portion.Count > 0)
        {
            _pushedSince = _pushedTo == 0 ? now : _pushedSince;
            Try(now);
            host.Deliver(_heard.OpenLink!, portion);
        }
    }

    /// <summary>
    /// A device may have had to let go of what it was handed. So what it has not acknowledged comes again over the same socket, too.
    /// </summary>
    private async ValueTask PushAgain()
    {
        var now = Instant.MonotonicNow(services.Clock);
        NoteBorne(now);
        if (_pushedTo > 0 && now - _pushedSince >= ResendAfter)
        {
            (_pushedTo, _pushedSince) = (0, now);
        }

        await Push();
    }

    /// <summary>When the next command is over its time, on the monotonic clock; null: none is open.</summary>
    private TimeSpan? NextExpiry(Instant now) =>
        _stored is not { Commands.Open: > 0 } ? null
        : _queue is null || _again ? now.Monotonic + Retry
        : now.Monotonic + TimeLeft(_queue, services.Wall());

    private static TimeSpan? TimeLeft(CommandQueue queue, WallTime now) =>
        now.Believed is null ? Retry
        : queue.TimeLeft(now) is { } left && left > LookAgain && now.IsDoubted ? LookAgain
        : queue.TimeLeft(now);

    private async Task<IReadOnlyList<Command>> ReadOpen() => _stored!.Commands.Open == 0
        ? []
        : await services.Commands!.OpenAsync(deviceId, CancellationToken.None).WaitAsync(ReadPatience, services.Clock);

    private async Task<(Command Command, string? Fingerprint)?> Earlier(NewCommand command, WallTime now) => !command.MayBeKnown
        ? null
        : await services.Commands!.FindByKeyAsync(deviceId, command.IdempotencyKey,
            (now.Believed ?? DateTimeOffset.UnixEpoch + KeyLifetime) - KeyLifetime, CancellationToken.None).WaitAsync(ReadPatience, services.Clock);

    /// <summary>
    /// A command that is not open: it has just expired, or is stored as ended; null: there is none. Not surely: the store cannot be read.
    /// </summary>
    private async ValueTask<(bool Surely, Command? Command)> Ended(CommandStep step, string commandId)
    {
        if (step.Changed.FirstOrDefault(changed => changed.Id == commandId) is { } expired)
        {
            return (true, expired);
        }

        var found = await Reading(
            async () => (Command: await services.Commands!.FindAsync(deviceId, commandId, CancellationToken.None)
                .WaitAsync(ReadPatience, services.Clock), Read: true));
        return (found?.Read == true, found?.Command);
    }

    /// <returns>Null: the store cannot be read now.</returns>
    private async ValueTask<T?> Reading<T>(Func<Task<T>> read) where T : struct
    {
        try
        {
            return services.StoreIsAway() ? null : await read();
        }
        catch (Exception away) when (away is StoreUnavailableException or TimeoutException)
        {
            return null;
        }
    }

    /// <returns>Null: it is to be read, and the store cannot be now; or nobody knows what is stored.</returns>
    private async ValueTask<CommandQueue?> Queue()
    {
        if (_doubt is not null)
        {
            return null;
        }

        if (_queue is null && await Reading(async () => (Open: await ReadOpen(), Read: true)) is { } read)
        {
            if (read.Open.Any(command => command.Number > _stored!.Commands.Last))
            {
                // Newer than the row: another twin has taken them in.
                GiveWay();
                return null;
            }

            KeepQueue(CommandQueue.Of(read.Open, _stored!.Commands.Last));
        }

        return _queue;
    }

    /// <summary>Why there is none: what is open cannot be read now, or is another twin's to say.</summary>
    private Refusal NoQueue => IsFenced ? Refusal.Moved : Refusal.Unavailable;

    private void GiveWay()
    {
        IsFenced = true;
        host.Leave();
    }

    private void KeepQueue(CommandQueue? queue)
    {
        _queue = queue;
        var (customer, bytes) = (queue is null ? _held.CustomerId : _stored!.CustomerId, queue?.Bytes ?? 0);
        if (bytes != _held.Bytes)
        {
            services.CustomerCommands.Add(customer, bytes - _held.Bytes);
            _held = (customer, bytes);
        }
    }

    /// <summary>With their parameters. Null: these are to be read, and the store cannot be now.</summary>
    private async ValueTask<IReadOnlyList<Command>?> Whole(IReadOnlyList<Command> commands)
    {
        try
        {
            return services.Parameters is { } parameters ? await parameters.WholeAsync(deviceId, commands) : commands;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private static string Fingerprint(NewCommand command) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{command.Name}\n{command.TimeToLive.Ticks}\n{command.Parameters}")));
}

/// <summary>What becomes of the queue with a record.</summary>
internal sealed record CommandChange(CommandQueue Next, IReadOnlyList<CommandChanged> Writes);
