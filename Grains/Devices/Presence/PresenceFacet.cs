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
    private PresenceRule _rule = owner.Services.Options.Presence;
    private DecidePresence? _decide;

    /// <summary>Until when a device has time to be heard after the last outage of ours, on the monotonic clock.</summary>
    public TimeSpan OutageWindowEnds
    {
        get
        {
            NoteOutage();
            return _liveness.LastOutageEnd + (_rule.AfterOutage ?? _rule.Timeout);
        }
    }

    /// <summary>How often the device sends heartbeats.</summary>
    public Cadence Cadence { get; private set; }

    /// <summary>The newest signal that is not stored yet.</summary>
    public LivenessSignal? PendingSignal => _liveness.PendingSignal;

    /// <summary>Names of metrics that did not fit; null: all fitted.</summary>
    public IReadOnlyList<string>? Ignored => _liveness.Ignored;

    /// <summary>The timeout is so long that the twin may leave memory before it is over; its reminder wakes it.</summary>
    private bool MayLeaveMemory => _rule.Timeout >= Services.Options.LongestIdle;

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

    /// <summary>The reminder of a device that is online, or has commands.</summary>
    public ReminderPlan Reminder => ReminderPlan.Every(_rule.Timeout);

    /// <summary>Online without a reminder, or with one that ticks as rarely as a longer timeout before: nobody would notice its silence.</summary>
    public override ReminderPlan? ReminderFor(Change change)
    {
        if (change is not { Base: { } was, Next: { Presence.Online: true } next }
            || (was.Presence.Online && ReferenceEquals(was.Profile, next.Profile)))
        {
            return null;
        }

        var timeout = Services.Options.PresenceOf(next.Profile).Timeout;
        return was.Presence.Online && timeout == _rule.Timeout ? null : ReminderPlan.Every(timeout);
    }

    public override ReminderPlan? NextReminder(ClockReading now) =>
        MayLeaveMemory && Turn.Row.Presence.Online ? ReminderPlan.At(_rule.Deadline(_liveness) - now.Monotonic, _rule.Timeout) : null;

    /// <summary>What follows from the liveness; null: nothing to store.</summary>
    public Decision? Decide() => _decide!(Turn.Row.Presence, _liveness, ClockReading.Now(Services.Clock));

    /// <summary>Decides and stores, with the use of a session that is not stored yet.</summary>
    public ValueTask<AppendResult> StoreDecision()
    {
        var (signal, session, decision) = (_liveness.PendingSignal, sessions.Promoted(), Decide());
        if (decision is null && session is null)
        {
            return ValueTask.FromResult(AppendResult.Stored);
        }

        // The answer to a heartbeat tells the device its times: from now on it knows of a shorter timeout.
        var told = Turn.Row.Profile.ToldTimeout is not null && signal is { Reason: PresenceReason.Heartbeat, Goodbye: false };
        var profile = told ? Turn.Row.Profile with { ToldTimeout = null } : null;
        return Turn.Append(new Draft(Turn.Row.Next(decision?.Next, session, profile), decision?.Change) { Signal = signal });
    }

    /// <summary>Earlier signals did not come to this silo, so the timeout runs from now; unless another silo has handed over what it knew.</summary>
    public override void Loaded(DeviceRow row, RehydratedState? rehydrated)
    {
        Follow(row.Profile);
        if (rehydrated is var (state, at))
        {
            _rehydratedAt = at;
            _liveness = new LivenessState(
                at - state.SilentFor, at - state.SinceOutage, state.PendingSignal, at - state.ConnectionLostFor, state.Gateway,
                    state.Ignored);
        }
        else
        {
            _liveness = Remembered(row.Presence);
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
        if (!ReferenceEquals(was.Profile, now.Profile))
        {
            Follow(now.Profile);
        }

        return was.State == now.State && was.Presence.Seq == now.Presence.Seq && was.Presence.Flaps == now.Presence.Flaps
            ? FeedChange.Beat : FeedChange.Presence;
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

    public override TimeSpan? Deadline(ClockReading now) => IsWaiting ? _rule.Deadline(_liveness) : null;

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
        var (outages, gateway) = (Services.Outages, _liveness.Gateway);
        var isShort = outages.IsShort(_rule.Timeout);

        // An outage of this silo while the twin was on another one is not counted.
        NoteOutage(outages.LastOutageEnd(isShort) is var end && end > _rehydratedAt ? end : null);
        NoteOutage(outages.Gateways.LostAt(gateway));
        NoteOutage(isShort ? outages.Gateways.PausedAt(gateway) : null);
        NoteOutage(MayLeaveMemory ? Later(outages.Uncertainty.Last, outages.Gateways.LastLoss) : null);
    }

    private void NoteOutage(TimeSpan? end) => _liveness = end is { } at ? _liveness.AfterOutage(at) : _liveness;

    /// <summary>The device's times may have changed.</summary>
    private void Follow(Profile profile)
    {
        Cadence = Cadence.Of(profile, Services.Options);
        var rule = Services.Options.PresenceOf(profile);
        if (_decide is null || rule != _rule)
        {
            (_rule, _decide) = (rule, Services.Decide(rule.Decide));
        }
    }

    /// <summary>
    /// What a twin knows that was just loaded. One with a long timeout may have left memory between two heartbeats: its silence counts from
    /// the last one that is stored, unless there was an outage since. In any case the device has a while from now on.
    /// </summary>
    private LivenessState Remembered(PresenceState stored)
    {
        var now = ClockReading.MonotonicNow(Services.Clock);
        var left = MayLeaveMemory && stored.LastSeen is { } seen ? Services.Wall().Left(seen, seen + _rule.Timeout) : TimeSpan.MaxValue;
        if (left > _rule.Timeout)
        {
            return LivenessState.Nothing(outageEnd: now);
        }

        var least = now + Services.Options.HeartbeatTimeout - (_rule.AfterOutage ?? _rule.Timeout);
        return LivenessState.Nothing(Later(least, Services.Outages.LastOutageEnd())) with { LastSign = now + left - _rule.Timeout };
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
