namespace Rollcall.Devices;

/// <summary>
/// The rule of presence: what is stored, what was heard and the time in; what to store next out. Pure, so that it can be
/// read, tested and argued about without a silo.
/// </summary>
/// <param name="Timeout">Silence after which a device is offline.</param>
/// <param name="Grace">Time a lost socket has to come back.</param>
internal sealed record Presence(TimeSpan Timeout, TimeSpan Grace)
{
    /// <summary>When silence turns into offline, on the monotonic clock. Time in which we could not hear does not count.</summary>
    public TimeSpan Deadline(LivenessState heard) => GraceEnds(heard) is { } grace && grace < SilenceEnds(heard) ? grace : SilenceEnds(heard);

    /// <summary>What follows from what was heard; null: nothing to store.</summary>
    public Decision? Decide(PresenceState stored, LivenessState heard, ClockReading now)
    {
        var beat = heard.PendingSignal;
        var known = beat is null ? stored : Take(stored, beat);
        if (beat is { Goodbye: true })
        {
            return Enter(known, DeviceStatus.Offline, PresenceReason.Goodbye, now, beat);
        }

        // A beat that could not be stored before the silence after it grew too long is history, not presence.
        if (now.Monotonic >= Deadline(heard))
        {
            return stored.Online || beat is not null ? Enter(known, DeviceStatus.Offline, Silence(heard), now, beat) : null;
        }

        return beat is null ? null : Enter(known, DeviceStatus.Online, beat.Reason, now, beat);
    }

    /// <summary>The device is taken off the roll by a decision, not by silence.</summary>
    public static Decision End(PresenceState stored, PresenceReason reason, ClockReading now) =>
        Enter(stored, DeviceStatus.Offline, reason, now);

    private static Decision Enter(PresenceState state, DeviceStatus to, PresenceReason reason, ClockReading now, LivenessSignal? beat = null)
    {
        if (state.Status == to)
        {
            return new Decision(state, null);
        }

        // A wall clock that is set back must not make a status begin before the one it follows.
        var at = Later(now.Wall, state.StatusSince);
        var change = new Transition(state.Seq + 1, state.Status, to, reason, at);

        // What was heard while the clock was ahead falls back here and nowhere else: clients order by seq first.
        var seen = state.LastSeen > now.Wall ? Earlier(beat?.At ?? now.Wall, now.Wall) : state.LastSeen;
        return new Decision(state with { Status = to, Reason = reason, StatusSince = at, LastSeen = seen, Seq = change.Seq }, change);
    }

    private static PresenceState Take(PresenceState stored, LivenessSignal beat) => stored with
    {
        LastSeen = stored.LastSeen is { } last ? Later(beat.At, last) : beat.At,
        Health = beat.Health ?? stored.Health,
        Metrics = beat.Metrics ?? stored.Metrics,
    };

    private PresenceReason Silence(LivenessState heard) =>
        GraceEnds(heard) is { } grace && grace < SilenceEnds(heard) ? PresenceReason.LinkLost : PresenceReason.HeartbeatTimeout;

    private TimeSpan SilenceEnds(LivenessState heard) => Later(heard.LastSign ?? heard.LastOutageEnd, heard.LastOutageEnd) + Timeout;

    private TimeSpan? GraceEnds(LivenessState heard) => heard.ConnectionLostAt is { } lost ? Later(lost, heard.LastOutageEnd) + Grace : null;

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>The state to store and the transition in it, if the status changes.</summary>
internal sealed record Decision(PresenceState Next, Transition? Change);

/// <summary>The rule as the twin uses it.</summary>
internal delegate Decision? PresenceRule(PresenceState stored, LivenessState heard, ClockReading now);
