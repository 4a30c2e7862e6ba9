namespace Rollcall.Devices.Presence;

public sealed class LivenessStateTests
{
    private static readonly LivenessSignal First = new(DateTimeOffset.UnixEpoch, PresenceReason.Heartbeat, false, DeviceHealth.Healthy, null);

    [Fact]
    public void A_sign_of_life_moves_the_deadline_ends_the_grace_and_names_its_gateway()
    {
        var heard = (LivenessState.Nothing(At(5)) with { ConnectionLostAt = At(6) }).With(First, At(7), "gateway");
        Assert.Equal(new LivenessState(At(7), At(5), First, null, "gateway"), heard);
    }

    [Fact]
    public void Only_the_very_beat_that_was_stored_is_settled()
    {
        var newer = First with { };
        var heard = LivenessState.Nothing(default).With(First, At(1), "gateway").With(newer, At(2), "gateway");
        Assert.Same(newer, heard.Settled(First).PendingSignal);
        Assert.Same(newer, heard.Settled(null).PendingSignal);
        Assert.Null(heard.Settled(newer).PendingSignal);
        Assert.Equal(At(2), heard.Settled(newer).LastSign);
    }

    [Fact]
    public void What_was_ignored_is_of_the_newest_beat_that_had_metrics()
    {
        var (bad, silent, good) = (First with { Metrics = "{}", Ignored = ["fan"] }, First, First with { Metrics = "{}" });
        var heard = LivenessState.Nothing(default).With(bad, At(1), "gateway");
        Assert.Equal(["fan"], heard.Ignored);
        Assert.Equal(["fan"], heard.With(silent, At(2), "gateway").Ignored);
        Assert.Equal(["metrics"], heard.With(silent with { Ignored = ["metrics"] }, At(2), "gateway").Ignored);
        Assert.Null(heard.With(good, At(2), "gateway").Ignored);
    }

    [Fact]
    public void Deafness_never_moves_back()
    {
        var heard = LivenessState.Nothing(At(5));
        Assert.Equal(At(5), heard.AfterOutage(At(4)).LastOutageEnd);
        Assert.Equal(At(6), heard.AfterOutage(At(6)).LastOutageEnd);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
