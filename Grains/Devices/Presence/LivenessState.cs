namespace Rollcall.Devices.Presence;

/// <summary>
/// What the twin knows of its device's liveness and the store has not confirmed. It moves deadlines at once, stored or not. Only the newest
/// signal counts, so a flapping device in an outage costs no more memory.
/// </summary>
/// <param name="LastSign">Monotonic time of the last sign of life; null: none since the twin was loaded.</param>
/// <param name="LastOutageEnd">Monotonic end of the last outage: until then no signal could arrive, so the timeout runs from here.</param>
/// <param name="PendingSignal">The newest signal that is not stored yet.</param>
/// <param name="ConnectionLostAt">Monotonic start of the grace: an alive gateway saw the connection close, and no sign of life came since.</param>
/// <param name="Gateway">The gateway that received the last sign of life.</param>
/// <param name="Ignored">Names of metrics that did not fit, of the newest heartbeat with metrics; null: all fitted. Never stored.</param>
internal sealed record LivenessState(
    TimeSpan? LastSign, TimeSpan LastOutageEnd, LivenessSignal? PendingSignal, TimeSpan? ConnectionLostAt, string? Gateway,
    IReadOnlyList<string>? Ignored = null)
{
    public static LivenessState Nothing(TimeSpan outageEnd) => new(null, outageEnd, null, null, null);

    /// <summary>A sign of life ends the grace, and no transition is recorded. A goodbye is no sign of life: nothing is expected after it.</summary>
    public LivenessState With(LivenessSignal signal, TimeSpan at, string gateway) =>
        this with
        {
            PendingSignal = signal,
            LastSign = at,
            ConnectionLostAt = null,
            Gateway = gateway,
            Ignored = signal.Ignored ?? (signal.Metrics is null ? Ignored : null),
        };

    /// <summary>The signal is stored, or the store has rejected it for good.</summary>
    public LivenessState Settled(LivenessSignal? signal) =>
        signal is not null && ReferenceEquals(signal, PendingSignal) ? this with { PendingSignal = null } : this;

    public LivenessState AfterOutage(TimeSpan at) => at > LastOutageEnd ? this with { LastOutageEnd = at } : this;
}

/// <summary>What the row takes over from one sign of life.</summary>
/// <param name="At">Wall time at which the twin received it.</param>
/// <param name="Reason">Why the device would be online because of it (<c>heartbeat</c> or <c>connected</c>).</param>
/// <param name="Health">Null: as before.</param>
/// <param name="Metrics">Null: as before.</param>
/// <param name="Ignored">Names of metrics that did not fit; null: none.</param>
[GenerateSerializer, Immutable, Alias("rollcall.beat")]
internal sealed record LivenessSignal(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] PresenceReason Reason, [property: Id(2)] bool Goodbye,
    [property: Id(3)] DeviceHealth? Health, [property: Id(4)] string? Metrics,
    [property: Id(5)] IReadOnlyList<string>? Ignored = null);
