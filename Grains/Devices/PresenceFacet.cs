using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// Whether the device is there: what was heard of it and is not promised yet, and what <see cref="Presence"/> decides on it.
/// </summary>
internal sealed class PresenceFacet(TwinTurn owner, SessionsFacet sessions) : Facet(owner)
{
    private Heard _heard = Heard.Nothing(TimeSpan.Zero);
    private GoodbyeLimit _goodbyes;
    private TimeSpan _elsewhereUntil = TimeSpan.MinValue;

    /// <summary>The newest beat that is not stored yet.</summary>
    public Beat? Unpromised => _heard.Unpromised;

    /// <summary>Names of metrics that did not fit; null: all did.</summary>
    public IReadOnlyList<string>? Ignored => _heard.Ignored;

    /// <summary>Only a twin in memory brings about what is to come: a deadline, or a word not stored yet.</summary>
    public override bool IsWaiting => Turn.Stored is { Presence.Online: true } || (Turn.Stored is not null && _heard.Unpromised is not null);

    /// <summary>Records a sign of life. A goodbye is none, and taken by the same way.</summary>
    public void Hear(Beat beat, TimeSpan now, string gateway)
    {
        var ignored = _heard.Ignored;
        _heard = _heard.With(beat, now, gateway);
        if (_heard.Ignored != ignored)
        {
            Services.Ignored.Set(Turn.DeviceId, this, _heard.Ignored);
        }
    }

    /// <summary>A gateway that is there saw the socket close: the grace begins.</summary>
    public void LinkLost(TimeSpan now) => _heard = _heard with { LinkLostAt = now };

    /// <summary>Counts one goodbye that is to take the device off the roll.</summary>
    /// <returns>Null: it may. Else after how long the next one may.</returns>
    public TimeSpan? TooManyGoodbyes(TimeSpan now) =>
        _goodbyes.Take(now, TimeSpan.FromMinutes(1) / Services.Options.GoodbyeRate, Services.Options.GoodbyeBurst);

    /// <summary>What follows from what was heard; null: nothing to store.</summary>
    public Decision? Decide() => Services.Decide(Turn.Row.Presence, _heard, Instant.Now(Services.Clock));

    /// <summary>Decides and stores, with the use of a session that is not stored yet.</summary>
    public ValueTask<Outcome> StoreDecision()
    {
        var (beat, session, decision) = (_heard.Unpromised, sessions.Promoted(), Decide());
        return decision is null && session is null
            ? ValueTask.FromResult(Outcome.Stored)
            : Turn.Append(new Draft(Turn.Row.Next(decision?.Next, session), decision?.Change) { Beat = beat });
    }

    /// <summary>What happened before this moment was not heard here, so silence counts from now; unless it was heard elsewhere.</summary>
    public override void Loaded(DeviceRow row, Arrival? arrival)
    {
        if (arrival is var (luggage, at))
        {
            _elsewhereUntil = at;
            _heard = new Heard(
                at - luggage.SilentFor, at - luggage.HearingFor, luggage.Unpromised, at - luggage.LinkLostFor, luggage.Gateway, luggage.Ignored);
        }
        else
        {
            _heard = Heard.Nothing(deafUntil: Instant.MonotonicNow(Services.Clock));
        }

        Services.Ignored.Set(Turn.DeviceId, this, _heard.Ignored);
    }

    /// <summary>Nothing heard in a session that was ended may bring the device back, unless one that is still good was used meanwhile.</summary>
    public override FeedChange Stored(Change change, in Draft draft)
    {
        var (was, now) = (change.Base!, change.Next!);
        if (was.Session.IsEndedBy(now.Session) && !sessions.HasUsedNext(now.Session))
        {
            _heard = _heard with { Unpromised = null, LinkLostAt = null };
        }

        _heard = _heard.Settled(draft.Beat);
        return was.Presence.Seq == now.Presence.Seq ? FeedChange.Beat : FeedChange.Presence;
    }

    public override void Refused(in Draft draft) => _heard = _heard.Settled(draft.Beat);

    /// <summary>What was heard here is heard there.</summary>
    public override void Overtaken(DeviceRow row) => _heard = _heard with { Unpromised = null, LinkLostAt = null };

    public override void Removed()
    {
        _heard = Heard.Nothing(TimeSpan.Zero);
        Leaving();
    }

    public override void Leaving() => Services.Ignored.Set(Turn.DeviceId, this, null);

    public override Luggage Pack(Luggage luggage, TimeSpan now)
    {
        NoteDeafness();
        return luggage with
        {
            SilentFor = now - _heard.LastSign,
            HearingFor = now - _heard.DeafUntil,
            Unpromised = _heard.Unpromised,
            LinkLostFor = now - _heard.LinkLostAt,
            Gateway = _heard.Gateway,
            Ignored = _heard.Ignored,
        };
    }

    public override TimeSpan? Deadline(Instant now) => IsWaiting ? Services.Presence.Deadline(_heard) : null;

    public override async ValueTask Due()
    {
        NoteDeafness();
        if (Services.Hearing.IsUncertain(_heard.Gateway) && _heard.Unpromised is null)
        {
            // Silence may be its gateway's, which is lost or speaks again in a moment.
            Turn.LookAgain();
        }
        else if (!Turn.IsInDoubt)
        {
            await StoreDecision();
        }
    }

    private void NoteDeafness()
    {
        // While the twin was elsewhere, this silo's deafness was not its own.
        var deaf = Services.Hearing.DeafUntil();
        _heard = deaf > _elsewhereUntil ? _heard.DeafTo(deaf) : _heard;
        _heard = Services.Hearing.LostAt(_heard.Gateway) is { } lost ? _heard.DeafTo(lost) : _heard;
    }
}
