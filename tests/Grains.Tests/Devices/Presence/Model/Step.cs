using CsCheck;

namespace Rollcall.Devices.Presence.Model;

/// <summary>One thing that happens to a device or to us. <paramref name="A"/> and <paramref name="B"/>: milliseconds, a gateway, a choice.</summary>
internal sealed record Step(string What, int A = 0, int B = 0)
{
    public override string ToString() => $"{What}({A},{B})";
}

/// <summary>Random histories: mostly beats and silences, many of them near a deadline, with every kind of trouble in between.</summary>
internal static class Histories
{
    private static readonly Gen<int> Gateway = Gen.Int[0, 1];

    /// <summary>Metrics of a beat: 0 = none.</summary>
    private static readonly Gen<int> Metrics = Gen.Int[0, 3];

    /// <summary>On and beside the deadlines.</summary>
    private static readonly int[] Telling = [14_999, 15_000, 15_001, 89_000, 89_999, 90_000, 90_001, 91_000];

    private static readonly Gen<int> Silence = Gen.Frequency(
        (4, Gen.Int[1, 3_000]),
        (4, Gen.Int[14_000, 16_000]),
        (3, Gen.Int[0, 7].Select(i => Telling[i])),
        (4, Gen.Int[70_000, 95_000]),
        (2, Gen.Int[1, 200_000]),
        (1, Gen.Int[299_000, 400_000]));

    private static readonly Gen<Step> Any = Gen.Frequency(
        (40, Silence.Select(ms => new Step("wait", ms))),
        (24, Gen.Select(Gateway, Metrics, (gateway, metrics) => new Step("healthy", gateway, metrics))),
        (8, Gen.Select(Gateway, Metrics, (gateway, metrics) => new Step("degraded", gateway, metrics))),
        (4, Gateway.Select(gateway => new Step("goodbye", gateway))),
        (3, Gateway.Select(gateway => new Step("stale beat", gateway))),
        (10, Gateway.Select(gateway => new Step("connect", gateway))),
        (12, Gen.Const(new Step("disconnect"))),
        (2, Gen.Const(new Step("late disconnect"))),
        (2, Gen.Const(new Step("end session"))),
        (8, Gen.Const(new Step("authenticate"))),
        (2, Gen.Const(new Step("revoke"))),
        (2, Gen.Const(new Step("disable"))),
        (4, Gen.Const(new Step("enable"))),
        (3, Gen.Const(new Step("crash"))),
        (3, Gen.Const(new Step("look"))),
        (3, Gen.Const(new Step("alarm"))),
        (3, Gen.Int[5_001, 120_000].Select(ms => new Step("stall", ms))),
        (8, Gen.Int[0, 2].Select(kind => new Step("store fails", kind))),
        (14, Gen.Const(new Step("store back"))),
        (3, Gateway.Select(gateway => new Step("gateway lost", gateway))),
        (6, Gateway.Select(gateway => new Step("gateway back", gateway))));

    /// <summary>A history begins with a device that is there, or most of it would be about devices that never came.</summary>
    public static readonly Gen<Step[]> All = Any.Array[5, 60].Select(steps => (Step[])[new("authenticate"), new("healthy"), .. steps]);
}
