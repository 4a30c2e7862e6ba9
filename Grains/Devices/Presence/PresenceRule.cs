using Rollcall.Clocks;

namespace Rollcall.Devices.Presence;

/// <summary>
/// The rule of presence. Input: the stored state, the liveness and the time; output: what to store next. Pure, so that it can be
/// read, tested and discussed without a silo.
/// </summary>
/// <param name="Timeout">Time without a sign of life after which a device is offline.</param>
/// <param name="Grace">Time in which a lost connection may come back.</param>
/// <param name="AfterOutage">Time without a sign of life after an outage of ours; null: the timeout. Never longer than that.</param>
internal sealed record PresenceRule(TimeSpan Timeout, TimeSpan Grace, TimeSpan? AfterOutage = null)
{
    /// <summary>When the device goes offline, on the monotonic clock. Time of an outage does not count.</summary>
    public TimeSpan Deadline(LivenessState liveness) =>
        GraceEnds(liveness) is { } grace && grace < SilenceEnds(liveness) ? grace : SilenceEnds(liveness);

    /// <summary>What follows from the liveness; null: nothing to store.</summary>
    public Decision? Decide(PresenceState stored, LivenessState liveness, ClockReading now)
    {
        var signal = liveness.PendingSignal;
        var known = signal is null ? stored : Take(stored, signal);
        if (signal is { Goodbye: true })
        {
            return Enter(known, DeviceStatus.Offline, PresenceReason.Goodbye, now, signal);
        }

        // A signal that could not be stored before the timeout after it is history, not presence.
        if (now.Monotonic >= Deadline(liveness))
        {
            return stored.Online || signal is not null ? Enter(known, DeviceStatus.Offline, Silence(liveness), now, signal) : null;
        }

        return signal is null ? null : Enter(known, DeviceStatus.Online, signal.Reason, now, signal);
    }

    /// <summary>The device goes offline by a decision, not by its timeout.</summary>
    public static Decision End(PresenceState stored, PresenceReason reason, ClockReading now) =>
        Enter(stored, DeviceStatus.Offline, reason, now);

    /// <summary>
    /// The device became active again: why it is not heard, and by when it has to be. One that was never seen is not expected.
    /// </summary>
    /// <param name="reason">Of the mode that it had.</param>
    public static PresenceState Expected(PresenceState stored, PresenceReason reason, DateTimeOffset by) =>
        stored is { Online: false, Seq: > 0 } ? stored with { Reason = reason, ExpectedBy = by } : stored;

    /// <summary>It was not heard in time. It was offline before, so this is no transition.</summary>
    public static PresenceState Missed(PresenceState stored, ClockReading now) => stored with
    {
        Reason = PresenceReason.HeartbeatTimeout, StatusSince = Later(now.Wall, stored.StatusSince), ExpectedBy = null,
    };

    private static Decision Enter(PresenceState state, DeviceStatus to, PresenceReason reason, ClockReading now, LivenessSignal? signal = null)
    {
        if (state.Status == to)
        {
            return new Decision(state, null);
        }

        // A wall clock that is set back must not make a status begin before the one it follows.
        var at = Later(now.Wall, state.StatusSince);
        var change = new Transition(state.Seq + 1, state.Status, to, reason, at);

        // A LastSeen that was noted while the clock was ahead is set back here and nowhere else: clients order by seq first.
        var seen = state.LastSeen > now.Wall ? Earlier(signal?.At ?? now.Wall, now.Wall) : state.LastSeen;
        var next = state with
        {
            Status = to, Reason = reason, StatusSince = at, LastSeen = seen, Seq = change.Seq, Flaps = state.Flaps.With(at), ExpectedBy = null,
        };
        return new Decision(next, change);
    }

    private static PresenceState Take(PresenceState stored, LivenessSignal signal) => stored with
    {
        LastSeen = stored.LastSeen is { } last ? Later(signal.At, last) : signal.At,
        Health = signal.Health ?? stored.Health,
        Metrics = signal.Metrics ?? stored.Metrics,
    };

    private PresenceReason Silence(LivenessState liveness) =>
        GraceEnds(liveness) is { } grace && grace < SilenceEnds(liveness) ? PresenceReason.LinkLost : PresenceReason.HeartbeatTimeout;

    private TimeSpan SilenceEnds(LivenessState liveness) =>
        Later((liveness.LastSign ?? liveness.LastOutageEnd) + Timeout, liveness.LastOutageEnd + (AfterOutage ?? Timeout));

    private TimeSpan? GraceEnds(LivenessState liveness) => liveness.ConnectionLostAt is { } lost ? Later(lost, liveness.LastOutageEnd) + Grace : null;

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>The state to store and the transition in it, if the status changes.</summary>
internal sealed record Decision(PresenceState Next, Transition? Change);

/// <summary><see cref="PresenceRule.Decide"/>, as the twin uses it.</summary>
internal delegate Decision? DecidePresence(PresenceState stored, LivenessState liveness, ClockReading now);
