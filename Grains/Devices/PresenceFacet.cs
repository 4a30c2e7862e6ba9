using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// Whether the device is there: what was heard of it and is not promised yet, and what <see cref="Presence"/> decides on it.
/// </summary>
internal sealed class PresenceFacet(TwinTurn owner, SessionsFacet sessions) : Facet(owner)
{
    private LivenessState _liveness = LivenessState.Nothing(TimeSpan.Zero);
    private GoodbyeLimit _goodbyes;
    private TimeSpan _rehydratedAt = TimeSpan.MinValue;

    /// <summary>The newest beat that is not stored yet.</summary>
    public LivenessSignal? PendingSignal => _liveness.PendingSignal;

    /// <summary>Names of metrics that did not fit; null: all did.</summary>
    public IReadOnlyList<string>? Ignored => _liveness.Ignored;

    /// <summary>Only a twin in memory brings about what is to come: a deadline, or a word not stored yet.</summary>
    public override bool IsWaiting => Turn.Stored is { Presence.Online: true } || (Turn.Stored is not null && _liveness.PendingSignal is not null);

    /// <summary>Records a sign of life. A goodbye is none, and taken by the same way.</summary>
    public void Record(LivenessSignal beat, TimeSpan now, string gateway)
    {
        var ignored = _liveness.Ignored;
        _liveness = _liveness.With(beat, now, gateway);
        if (_liveness.Ignored != ignored)
        {
            Services.Ignored.Set(Turn.DeviceId, this, _liveness.Ignored);
        }
    }

    /// <summary>A gateway that is there saw the socket close: the grace begins.</summary>
    public void ConnectionLost(TimeSpan now) => _liveness = _liveness with { ConnectionLostAt = now };

    /// <summary>Counts one goodbye that is to take the device off the roll.</summary>
    /// <returns>Null: it may. Else after how long the next one may.</returns>
    public TimeSpan? TooManyGoodbyes(TimeSpan now) =>
        _goodbyes.Take(now, TimeSpan.FromMinutes(1) / Services.Options.GoodbyeRate, Services.Options.GoodbyeBurst);

    /// <summary>What follows from what was heard; null: nothing to store.</summary>
    public Decision? Decide() => Services.Decide(Turn.Row.Presence, _liveness, ClockReading.Now(Services.Clock));

    /// <summary>Decides and stores, with the use of a session that is not stored yet.</summary>
    public ValueTask<AppendResult> StoreDecision()
    {
        var (beat, session, decision) = (_liveness.PendingSignal, sessions.Promoted(), Decide());
        return decision is null && session is null
            ? ValueTask.FromResult(AppendResult.Stored)
            : Turn.Append(new Draft(Turn.Row.Next(decision?.Next, session), decision?.Change) { Signal = beat });
    }

    /// <summary>What happened before this moment was not heard here, so silence counts from now; unless it was heard elsewhere.</summary>
    public override void Loaded(DeviceRow row, RehydratedState? arrival)
    {
        if (arrival is var (luggage, at))
        {
            _rehydratedAt = at;
            _liveness = new LivenessState(
                at - luggage.SilentFor, at - luggage.SinceOutage, luggage.PendingSignal, at - luggage.ConnectionLostFor, luggage.Gateway,
                    luggage.Ignored);
        }
        else
        {
            _liveness = LivenessState.Nothing(deafUntil: ClockReading.MonotonicNow(Services.Clock));
        }

        Services.Ignored.Set(Turn.DeviceId, this, _liveness.Ignored);
    }

    /// <summary>Nothing heard in a session that was ended may bring the device back, unless one that is still good was used meanwhile.</summary>
    public override FeedChange Stored(Change change, in Draft draft)
    {
        var (was, now) = (change.Base!, change.Next!);
        if (was.Session.IsEndedBy(now.Session) && !sessions.HasUsedNext(now.Session))
        {
            _liveness = _liveness with { PendingSignal = null, ConnectionLostAt = null };
        }

        _liveness = _liveness.Settled(draft.Signal);
        return was.Presence.Seq == now.Presence.Seq ? FeedChange.Beat : FeedChange.Presence;
    }

    public override void Refused(in Draft draft) => _liveness = _liveness.Settled(draft.Signal);

    /// <summary>What was heard here is heard there.</summary>
    public override void Overtaken(DeviceRow row) => _liveness = _liveness with { PendingSignal = null, ConnectionLostAt = null };

    public override void Removed()
    {
        _liveness = LivenessState.Nothing(TimeSpan.Zero);
        Leaving();
    }

    public override void Leaving() => Services.Ignored.Set(Turn.DeviceId, this, null);

    public override MigrationState Dehydrate(MigrationState luggage, TimeSpan now)
    {
        NoteOutage();
        return luggage with
        {
            SilentFor = now - _liveness.LastSign,
            SinceOutage = now - _liveness.LastOutageEnd,
            PendingSignal = _liveness.PendingSignal,
            ConnectionLostFor = now - _liveness.ConnectionLostAt,
            Gateway = _liveness.Gateway,
            Ignored = _liveness.Ignored,
        };
    }

    public override TimeSpan? Deadline(ClockReading now) => IsWaiting ? Services.Presence.Deadline(_liveness) : null;

    public override async ValueTask Due()
    {
        NoteOutage();
        if (Services.Outages.IsSuspect(_liveness.Gateway) && _liveness.PendingSignal is null)
        {
            // Silence may be its gateway's, which is lost or speaks again in a moment.
            Turn.LookAgain();
        }
        else if (!Turn.IsInDoubt)
        {
            await StoreDecision();
        }
    }

    private void NoteOutage()
    {
        // While the twin was elsewhere, this silo's deafness was not its own.
        var deaf = Services.Outages.LastOutageEnd();
        _liveness = deaf > _rehydratedAt ? _liveness.AfterOutage(deaf) : _liveness;
        _liveness = Services.Outages.LostAt(_liveness.Gateway) is { } lost ? _liveness.AfterOutage(lost) : _liveness;
    }
}
