using Rollcall.Clocks;
using Rollcall.Devices.Sessions;
using Rollcall.Devices.Turn;
using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices.Presence;

/// <summary>
/// Whether the device is online: its liveness, which is not stored yet, and what <see cref="PresenceRule"/> decides on it.
/// </summary>
internal sealed class PresenceFacet(TwinTurn owner, SessionsFacet sessions) : Facet(owner)
{
    private LivenessState _liveness = LivenessState.Nothing(TimeSpan.Zero);
    private GoodbyeLimit _goodbyes;
    private TimeSpan _rehydratedAt = TimeSpan.MinValue;

    /// <summary>The newest signal that is not stored yet.</summary>
    public LivenessSignal? PendingSignal => _liveness.PendingSignal;

    /// <summary>Names of metrics that did not fit; null: all fitted.</summary>
    public IReadOnlyList<string>? Ignored => _liveness.Ignored;

    /// <summary>Only a twin in memory does what is due later: a deadline, or a signal that is not stored yet.</summary>
    public override bool IsWaiting => Turn.Stored is { Presence.Online: true } || (Turn.Stored is not null && _liveness.PendingSignal is not null);

    /// <summary>Records a sign of life, or a goodbye, which is none.</summary>
    public void Record(LivenessSignal signal, TimeSpan now, string gateway)
    {
        var ignored = _liveness.Ignored;
        _liveness = _liveness.With(signal, now, gateway);
        if (_liveness.Ignored != ignored)
        {
            Services.Ignored.Set(Turn.DeviceId, this, _liveness.Ignored);
        }
    }

    /// <summary>A gateway that is alive saw the connection close: the grace begins.</summary>
    public void ConnectionLost(TimeSpan now) => _liveness = _liveness with { ConnectionLostAt = now };

    /// <summary>Counts one goodbye that would take the device offline.</summary>
    /// <returns>Null: it is allowed. Otherwise how long to wait for the next one.</returns>
    public TimeSpan? TooManyGoodbyes(TimeSpan now) =>
        _goodbyes.Take(now, TimeSpan.FromMinutes(1) / Services.Options.GoodbyeRate, Services.Options.GoodbyeBurst);

    /// <summary>What follows from the liveness; null: nothing to store.</summary>
    public Decision? Decide() => Services.Decide(Turn.Row.Presence, _liveness, ClockReading.Now(Services.Clock));

    /// <summary>Decides and stores, with the use of a session that is not stored yet.</summary>
    public ValueTask<AppendResult> StoreDecision()
    {
        var (signal, session, decision) = (_liveness.PendingSignal, sessions.Promoted(), Decide());
        return decision is null && session is null
            ? ValueTask.FromResult(AppendResult.Stored)
            : Turn.Append(new Draft(Turn.Row.Next(decision?.Next, session), decision?.Change) { Signal = signal });
    }

    /// <summary>Earlier signals did not come to this silo, so the timeout runs from now; unless another silo has handed over what it knew.</summary>
    public override void Loaded(DeviceRow row, RehydratedState? rehydrated)
    {
        if (rehydrated is var (state, at))
        {
            _rehydratedAt = at;
            _liveness = new LivenessState(
                at - state.SilentFor, at - state.SinceOutage, state.PendingSignal, at - state.ConnectionLostFor, state.Gateway,
                    state.Ignored);
        }
        else
        {
            _liveness = LivenessState.Nothing(outageEnd: ClockReading.MonotonicNow(Services.Clock));
        }

        Services.Ignored.Set(Turn.DeviceId, this, _liveness.Ignored);
    }

    /// <summary>A signal of a session that was ended must not bring the device back, unless the next session, still valid, was used.</summary>
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

    /// <summary>The other twin has seen what was pending here.</summary>
    public override void Overtaken(DeviceRow row) => _liveness = _liveness with { PendingSignal = null, ConnectionLostAt = null };

    public override void Removed()
    {
        _liveness = LivenessState.Nothing(TimeSpan.Zero);
        Leaving();
    }

    public override void Leaving() => Services.Ignored.Set(Turn.DeviceId, this, null);

    public override MigrationState Dehydrate(MigrationState state, TimeSpan now)
    {
        NoteOutage();
        return state with
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
        if (Services.Outages.Gateways.IsSuspect(_liveness.Gateway) && _liveness.PendingSignal is null)
        {
            // The gateway may be the one that fails: in a moment it is either lost or alive again.
            Turn.LookAgain();
        }
        else if (!Turn.IsInDoubt)
        {
            await StoreDecision();
        }
    }

    private void NoteOutage()
    {
        // An outage of this silo while the twin was on another one is not counted.
        var outageEnd = Services.Outages.LastOutageEnd();
        _liveness = outageEnd > _rehydratedAt ? _liveness.AfterOutage(outageEnd) : _liveness;
        _liveness = Services.Outages.Gateways.LostAt(_liveness.Gateway) is { } lost ? _liveness.AfterOutage(lost) : _liveness;
    }
}
