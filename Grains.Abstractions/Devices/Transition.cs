namespace Rollcall.Devices;

/// <summary>A change of a device's status. Per device 1, 2, 3 ... without gap or repeat.</summary>
/// <param name="At">When the twin decided it, UTC, whole milliseconds.</param>
[GenerateSerializer, Immutable, Alias("rollcall.transition")]
public sealed record Transition(
    [property: Id(0)] long Seq,
    [property: Id(1)] DeviceStatus From,
    [property: Id(2)] DeviceStatus To,
    [property: Id(3)] PresenceReason Reason,
    [property: Id(4)] DateTimeOffset At);
