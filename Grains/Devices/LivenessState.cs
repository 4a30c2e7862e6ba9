namespace Rollcall.Devices;

/// <summary>
/// The newest facts the twin knows but has not been promised by the store. They move deadlines at once, stored or not;
/// a flap inside an outage collapses here, so memory is one of these a twin.
/// </summary>
/// <param name="LastSign">Monotonic time of the last sign of life; null: none since the twin was loaded.</param>
/// <param name="LastOutageEnd">Monotonic time before which this twin could not have heard: silence counts from here.</param>
/// <param name="PendingSignal">The newest beat that is not stored yet.</param>
/// <param name="ConnectionLostAt">Monotonic start of the grace: a living gateway saw the socket close, no sign of life since.</param>
/// <param name="Gateway">The gateway through which the device was last heard.</param>
/// <param name="Ignored">Names of metrics that did not fit, of the newest beat that had any; null: all did. Never stored.</param>
internal sealed record LivenessState(
    TimeSpan? LastSign, TimeSpan LastOutageEnd, LivenessSignal? PendingSignal, TimeSpan? ConnectionLostAt, string? Gateway,
    IReadOnlyList<string>? Ignored = null)
{
    public static LivenessState Nothing(TimeSpan deafUntil) => new(null, deafUntil, null, null, null);

    /// <summary>A sign of life ends a grace without a trace. A goodbye is none: nothing is expected after it.</summary>
    public LivenessState With(LivenessSignal beat, TimeSpan at, string gateway) =>
        this with
        {
            PendingSignal = beat,
            LastSign = at,
            ConnectionLostAt = null,
            Gateway = gateway,
            Ignored = beat.Ignored ?? (beat.Metrics is null ? Ignored : null),
        };

    /// <summary>The beat is stored, or its content was refused for good.</summary>
    public LivenessState Settled(LivenessSignal? beat) =>
        beat is not null && ReferenceEquals(beat, PendingSignal) ? this with { PendingSignal = null } : this;

    public LivenessState AfterOutage(TimeSpan at) => at > LastOutageEnd ? this with { LastOutageEnd = at } : this;
}

/// <summary>The facts of one sign of life that the row takes over.</summary>
/// <param name="At">Wall time at which the twin heard it.</param>
/// <param name="Reason">Why the device would be online because of it (<c>heartbeat</c> or <c>connected</c>).</param>
/// <param name="Health">Null: as before.</param>
/// <param name="Metrics">Null: as before.</param>
/// <param name="Ignored">Names of metrics that did not fit; null: none.</param>
[GenerateSerializer, Immutable, Alias("rollcall.beat")]
internal sealed record LivenessSignal(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] PresenceReason Reason, [property: Id(2)] bool Goodbye,
    [property: Id(3)] DeviceHealth? Health, [property: Id(4)] string? Metrics,
    [property: Id(5)] IReadOnlyList<string>? Ignored = null);
