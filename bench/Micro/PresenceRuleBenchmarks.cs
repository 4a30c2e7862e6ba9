using BenchmarkDotNet.Attributes;
using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Devices.Presence;

namespace Rollcall.Micro;

/// <summary>The rule of presence, against a look at it that decides nothing, as a twin's timer has it before the deadline.</summary>
public class PresenceRuleBenchmarks
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly PresenceRule _rule = new(Timeout: TimeSpan.FromSeconds(90), Grace: TimeSpan.FromSeconds(15));
    private readonly ClockReading _now = new(TimeSpan.FromSeconds(30), Noon.AddSeconds(30));
    private readonly ClockReading _tooLate = new(TimeSpan.FromSeconds(100), Noon.AddSeconds(100));
    private readonly PresenceState _offline = PresenceState.NeverSeen(Noon);
    private readonly PresenceState _online =
        PresenceState.NeverSeen(Noon) with { Status = DeviceStatus.Online, Reason = PresenceReason.Heartbeat, Seq = 1 };

    private readonly LivenessState _silent = LivenessState.Nothing(TimeSpan.Zero);
    private readonly LivenessState _beating = LivenessState.Nothing(TimeSpan.Zero).With(Said(goodbye: false), TimeSpan.FromSeconds(30), "gateway");
    private readonly LivenessState _leaving = LivenessState.Nothing(TimeSpan.Zero).With(Said(goodbye: true), TimeSpan.FromSeconds(30), "gateway");

    [GlobalSetup]
    public void Setup()
    {
        Require.That(Nothing() is null, "a silence that is not over is decided on");
        Require.That(Beat() is Decision { Change: null }, "a beat of a device that is online is a transition");
        Require.That(Arrival() is Decision { Change.To: DeviceStatus.Online }, "a beat of a device that is offline is no transition");
        Require.That(Silence() is Decision { Change.Reason: PresenceReason.HeartbeatTimeout }, "a silence that is over is no transition");
        Require.That(Goodbye() is Decision { Change.Reason: PresenceReason.Goodbye }, "a goodbye is no transition");
    }

    [Benchmark(Baseline = true)]
    public object? Nothing() => _rule.Decide(_online, _silent, _now);

    [Benchmark]
    public object? Beat() => _rule.Decide(_online, _beating, _now);

    [Benchmark]
    public object? Arrival() => _rule.Decide(_offline, _beating, _now);

    [Benchmark]
    public object? Silence() => _rule.Decide(_online, _silent, _tooLate);

    [Benchmark]
    public object? Goodbye() => _rule.Decide(_online, _leaving, _now);

    private static LivenessSignal Said(bool goodbye) =>
        new(Noon.AddSeconds(30), PresenceReason.Heartbeat, goodbye, DeviceHealth.Healthy, """{"cpu":12.5,"memory":40,"uptime":3600}""");
}
