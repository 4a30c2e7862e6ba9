using Rollcall.Clocks;

namespace Rollcall.Devices.Presence;

public sealed class PresenceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PresenceRule Rule = new(TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(15));

    /// <summary>Seconds on the monotonic clock; minus one stands for "never".</summary>
    [Theory]
    [InlineData("online", 0, 0, -1, 89.999, null)]
    [InlineData("online", 0, 0, -1, 90, "heartbeat_timeout")]
    [InlineData("online", 10, 0, -1, 99.999, null)]
    [InlineData("online", 10, 0, -1, 100, "heartbeat_timeout")]
    [InlineData("online", -1, 5, -1, 94.999, null)]
    [InlineData("online", -1, 5, -1, 95, "heartbeat_timeout")]
    [InlineData("online", 10, 50, -1, 139.999, null)]
    [InlineData("online", 10, 50, -1, 140, "heartbeat_timeout")]
    [InlineData("online", 0, 0, 20, 34.999, null)]
    [InlineData("online", 0, 0, 20, 35, "link_lost")]
    [InlineData("online", 0, 30, 20, 44.999, null)]
    [InlineData("online", 0, 30, 20, 45, "link_lost")]
    [InlineData("online", 0, 0, 80, 90, "heartbeat_timeout")]
    [InlineData("offline", 0, 0, -1, 1_000, null)]
    [InlineData("offline", 0, 0, 20, 1_000, null)]
    public void Silence_ends_in_offline_when_its_time_has_come(string status, double sign, double deaf, double linkLost, double now, string? reason)
    {
        var stored = State(status == "online");
        var heard = LivenessState.Nothing(At(deaf)) with { LastSign = sign < 0 ? null : At(sign), ConnectionLostAt = linkLost < 0
            ? null : At(linkLost) };
        var decision = Rule.Decide(stored, heard, new ClockReading(At(now), Noon));

        Assert.Equal(reason, decision is { Change: { } change } ? WireNames.Of(change.Reason) : null);
        if (decision is not null)
        {
            Assert.Equal((DeviceStatus.Offline, 5L, Noon), (decision.Next.Status, decision.Next.Seq, decision.Next.StatusSince));
        }
    }

    /// <summary>With a day of timeout, an outage every few hours would else keep a device online for ever.</summary>
    [Theory]
    [InlineData(0, 0, 86_399.9, false)]
    [InlineData(0, 0, 86_400, true)]
    [InlineData(0, 80_000, 86_400, true)]
    [InlineData(0, 86_000, 89_689.9, false)]
    [InlineData(0, 86_000, 89_690, true)]
    public void After_an_outage_a_device_with_a_long_timeout_has_its_interval_to_be_heard(double sign, double outage, double now, bool over)
    {
        var rule = Rule with { Timeout = TimeSpan.FromDays(1), AfterOutage = TimeSpan.FromSeconds(3_690) };
        var heard = LivenessState.Nothing(At(outage)) with { LastSign = At(sign) };
        Assert.Equal(over, rule.Decide(State(online: true), heard, new ClockReading(At(now), Noon)) is { Change: not null });
    }

    [Theory]
    [InlineData(false, PresenceReason.Heartbeat, "heartbeat")]
    [InlineData(false, PresenceReason.Connected, "connected")]
    [InlineData(true, PresenceReason.Heartbeat, null)]
    [InlineData(true, PresenceReason.Connected, null)]
    public void A_beat_brings_the_device_online_once(bool online, PresenceReason reason, string? logged)
    {
        var decision =
            Rule.Decide(State(online), LivenessState.Nothing(default).With(Beat() with { Reason = reason }, At(0), "gateway"),
                new ClockReading(At(0), Noon))!;
        Assert.Equal(logged, decision.Change is { } change ? WireNames.Of(change.Reason) : null);
        Assert.Equal(DeviceStatus.Online, decision.Next.Status);
        Assert.Equal(Noon, decision.Next.LastSeen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_goodbye_is_offline_whenever_it_is_decided(bool online)
    {
        var heard = LivenessState.Nothing(default).With(Beat() with { Goodbye = true, Health = null }, At(0), "gateway");
        var decision = Rule.Decide(State(online), heard, new ClockReading(At(1_000), Noon))!;
        Assert.Equal(DeviceStatus.Offline, decision.Next.Status);
        Assert.Equal(online ? PresenceReason.Goodbye : PresenceReason.HeartbeatTimeout, decision.Next.Reason);
        Assert.Equal(DeviceHealth.Degraded, decision.Next.Health);
    }

    [Fact]
    public void A_beat_kept_until_its_silence_was_over_is_history()
    {
        var decision = Rule.Decide(State(online: false), LivenessState.Nothing(default).With(Beat(), At(0), "gateway"),
            new ClockReading(At(90), Noon))!;
        Assert.Null(decision.Change);
        Assert.Equal((DeviceStatus.Offline, Noon), (decision.Next.Status, decision.Next.LastSeen!.Value));
    }

    [Fact]
    public void Metrics_replace_all_and_a_beat_without_keeps_them()
    {
        Assert.Equal("{}", Decide(Beat() with { Metrics = "{}" }).Metrics);
        Assert.Equal("""{"cpu":1}""", Decide(Beat() with { Metrics = null }).Metrics);

        static PresenceState Decide(LivenessSignal beat) =>
            Rule.Decide(State(online: true), LivenessState.Nothing(default).With(beat, At(0), "gateway"), new ClockReading(At(0), Noon))!.Next;
    }

    [Fact]
    public void A_wall_clock_set_back_moves_last_seen_back_only_with_a_new_seq_and_never_status_since()
    {
        var early = Noon.AddHours(-1);
        Assert.Equal((4L, Noon, Noon), After(online: true, Beat() with { At = early }, at: 0));
        Assert.Equal((5L, Noon, early), After(online: false, Beat() with { At = early }, at: 0));
        Assert.Equal((5L, Noon, early), After(online: true, Beat() with { At = early, Goodbye = true }, at: 0));
        Assert.Equal((5L, Noon, early), After(online: true, beat: null, at: 90));
        Assert.Equal((5L, Noon, early.AddMinutes(-2)), After(online: true, Beat() with { At = early.AddMinutes(-2) }, at: 90));

        (long Seq, DateTimeOffset Since, DateTimeOffset Seen) After(bool online, LivenessSignal? beat, double at)
        {
            var state = State(online) with { StatusSince = Noon, LastSeen = Noon };
            var heard = LivenessState.Nothing(default);
            var next = Rule.Decide(state, beat is null ? heard : heard.With(beat, At(0), "gateway"), new ClockReading(At(at), early))!.Next;
            return (next.Seq, next.StatusSince, next.LastSeen!.Value);
        }
    }

    [Theory]
    [InlineData(true, "revoked")]
    [InlineData(false, null)]
    public void An_end_by_decision_is_a_transition_only_for_who_was_online(bool online, string? logged)
    {
        var decision = PresenceRule.End(State(online), PresenceReason.Revoked, new ClockReading(At(0), Noon));
        Assert.Equal(logged, decision.Change is { } change ? WireNames.Of(change.Reason) : null);
    }

    private static LivenessSignal Beat() => new(Noon, PresenceReason.Heartbeat, Goodbye: false, DeviceHealth.Healthy, null);

    private static PresenceState State(bool online) => online
        ? new(DeviceStatus.Online, PresenceReason.Heartbeat, Noon.AddHours(-2), DeviceHealth.Degraded, null, """{"cpu":1}""", 4)
        : new(DeviceStatus.Offline, PresenceReason.HeartbeatTimeout, Noon.AddHours(-2), DeviceHealth.Degraded, null, """{"cpu":1}""", 4);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
