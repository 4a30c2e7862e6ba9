using System.Collections.Immutable;
using Rollcall.Commands;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// The twin's turn. Calls come one at a time, except <see cref="Read"/> and <see cref="Authenticate"/>, which interleave and
/// write nothing here. <c>_stored</c> is the row as last confirmed, the only thing shown; <c>_heard</c> is what is not promised yet.
/// </summary>
internal sealed partial class DeviceTwin(string deviceId, ITwinHost host, TwinServices services)
{
    /// <summary>A deadline has passed, but what follows could not be stored: neither spin nor forget it.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private readonly Presence _presence = services.Options.Presence;
    private DeviceRow? _stored;
    private Heard _heard = Heard.Nothing(TimeSpan.Zero);
    private Doubt? _doubt;
    private GoodbyeLimit _goodbyes;
    private TimeSpan? _armedFor;
    private bool _reminded;
    private bool _again;
    private int _life;

    public string DeviceId => deviceId;

    /// <summary>The row is another's, which may have no timer: see <see cref="Recall"/>.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>Something is still to come that only a twin in memory brings about: a deadline of presence, or a word not stored yet.</summary>
    public bool HasToCome => _stored is { Presence.Online: true } || (_stored is not null && _heard.Unpromised is not null);

    /// <summary>Records a beat: stored, or heard while the store is away.</summary>
    public async ValueTask<HeartbeatReply> Heartbeat(Heartbeat beat)
    {
        var reply = await Hear(
            beat.Session, beat.Gateway, at => new Beat(at, PresenceReason.Heartbeat, beat.Goodbye, beat.Health, beat.Metrics, beat.Ignored));
        services.Meter.Beat(reply);
        if (reply.Refusal != Refusal.None)
        {
            return reply;
        }

        if (beat.Link is { } link)
        {
            Know(link);
        }
        else
        {
            Vouch(beat.Session);
        }

        if (_stored is not { Commands.Open: > 0 } || beat.Goodbye)
        {
            return reply;
        }

        var apart = Connected && IsDelivering;
        await PushAgain();
        return reply with { Commands = await Waiting(apart) };
    }

    /// <summary>The deadline may have come. It may also have moved since this tick was queued, so everything is decided anew.</summary>
    public async ValueTask Tick()
    {
        _armedFor = null;
        _again = false;
        switch (await Known())
        {
            case Refusal.Unavailable:
                // Nobody else may ever call: a silent device would stay online for ever.
                host.WakeAfter(Retry);
                return;
            case Refusal.NotFound:
                host.Leave();
                return;
        }

        await ResolveDoubt();
        if (_stored is null)
        {
            return;
        }

        NoteDeafness();
        if (services.Hearing.IsUncertain(_heard.Gateway) && _heard.Unpromised is null)
        {
            // Silence may be its gateway's, which is lost or speaks again in a moment.
            _again = true;
        }
        else if (_doubt is null)
        {
            await StoreDecision();
        }

        await ExpireCommands();
        Arm();
    }

    /// <summary>The durable alarm: loads the twin, whose own timer then does the rest, and ends when there is nothing to wait for.</summary>
    public async ValueTask ReminderTick()
    {
        await Tick();
        if (await Known() != Refusal.Unavailable && _stored is not ({ Presence.Online: true } or { Commands.Open: > 0 }) && _doubt is null
            && _heard.Unpromised is null)
        {
            _reminded = false;
            await host.UnregisterReminder();
        }
    }

    /// <summary>The store is back: settle the doubt, append what is known now.</summary>
    public ValueTask StoreRecovered() => Tick();

    private async ValueTask<HeartbeatReply> Hear(Session session, string gateway, Func<DateTimeOffset, Beat> sign)
    {
        if (await Known() is not Refusal.None and var unknown)
        {
            return new HeartbeatReply(unknown == Refusal.NotFound ? Refusal.InvalidSession : unknown);
        }

        await ResolveDoubt();
        if (await Admit(session) is not Refusal.None and var refusal)
        {
            return new HeartbeatReply(refusal);
        }

        var now = Instant.Now(services.Clock);
        var said = sign(now.Wall);
        if (said.Goodbye && TooManyGoodbyes(now.Monotonic) is { } wait)
        {
            // Not heard at all: the device stays what it is, and its silence decides.
            return new HeartbeatReply(Refusal.RateLimited, NextHeartbeat: (int)wait.TotalMilliseconds + 1);
        }

        var ignored = _heard.Ignored;
        _heard = _heard.With(said, now.Monotonic, gateway);
        NoteUse(session);
        if (_heard.Ignored != ignored)
        {
            services.Ignored.Set(deviceId, this, _heard.Ignored);
        }

        var outcome = _doubt is null ? await StoreDecision() : Outcome.Unavailable;
        Arm();
        return outcome switch
        {
            Outcome.Fenced => new HeartbeatReply(Refusal.Moved),
            Outcome.Refused => new HeartbeatReply(Refusal.Rejected),
            _ => new HeartbeatReply(Refusal.None, outcome == Outcome.Stored, now.Wall, services.Pace.Next()),
        };
    }

    /// <summary>Counts one that is to take the device off the roll.</summary>
    /// <returns>Null: it may. Else after how long the next one may.</returns>
    private TimeSpan? TooManyGoodbyes(TimeSpan now) =>
        _goodbyes.Take(now, TimeSpan.FromMinutes(1) / services.Options.GoodbyeRate, services.Options.GoodbyeBurst);

    private async ValueTask<Outcome> StoreDecision()
    {
        var (beat, session) = (_heard.Unpromised, Promoted());
        var decision = services.Decide(_stored!.Presence, _heard, Instant.Now(services.Clock));
        return decision is null && session is null
            ? Outcome.Stored
            : await Store(_stored.Next(decision?.Next, session), decision?.Change, beat);
    }

    /// <summary>Appends one record and takes its outcome over. The turn is held meanwhile: one record of a device on its way.</summary>
    /// <param name="why">What the sockets of sessions are told that are over with it.</param>
    private async ValueTask<Outcome> Store(
        DeviceRow? next, Transition? change, Beat? beat = null, CommandChange? commands = null, LinkEnd why = LinkEnd.Superseded)
    {
        if (change is { To: DeviceStatus.Online } && !await Reminded())
        {
            _again = true;
            return Outcome.Unavailable;
        }

        var written = new Change(_stored!, next, EventsOf(change, commands));
        var outcome = await services.Journal.Append(written);
        switch (outcome)
        {
            case Outcome.Stored:
                Take(written, why);
                _heard = _heard.Settled(beat);
                if (commands is not null)
                {
                    KeepQueue(commands.Next);
                    await Tell(commands);
                }

                break;
            case Outcome.Refused:
                _heard = _heard.Settled(beat);
                break;
            case Outcome.Fenced:
                // The row is not as it was known here: who knows it now must be woken, lest nobody waits for the deadline.
                IsFenced = true;
                host.Leave();
                break;
            case Outcome.Unknown:
                _doubt = new Doubt(written, beat, commands, why);
                KeepQueue(null);
                break;
        }

        return outcome;
    }

    private static ImmutableArray<DeviceEvent> EventsOf(Transition? change, CommandChange? commands) =>
        change is null && commands is null ? []
        : [.. change is null ? Array.Empty<DeviceEvent>() : [new PresenceChanged(change)], .. commands?.Writes ?? []];

    private void Take(Change change, LinkEnd why)
    {
        if (change.Next is { } next)
        {
            Become(change, next, why);
        }
        else
        {
            Forget();
        }
    }

    private void NoteDeafness()
    {
        // While the twin was elsewhere, this silo's deafness was not its own.
        var deaf = services.Hearing.DeafUntil();
        _heard = deaf > _heardElsewhereUntil ? _heard.DeafTo(deaf) : _heard;
        _heard = services.Hearing.LostAt(_heard.Gateway) is { } lost ? _heard.DeafTo(lost) : _heard;
    }
}
