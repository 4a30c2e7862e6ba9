using Rollcall.Devices.Connections;
using Rollcall.Devices.Presence;

namespace Rollcall.Devices;

/// <summary>
/// What a twin hands over when it moves to another silo, so that no deadline moves and no pending signal is lost. Ages instead of times,
/// because the monotonic clock of another process has another zero.
/// </summary>
[GenerateSerializer, Immutable, Alias("rollcall.luggage")]
internal sealed record MigrationState(
    [property: Id(0)] TimeSpan? SilentFor,
    [property: Id(1)] TimeSpan SinceOutage,
    [property: Id(2)] LivenessSignal? PendingSignal,
    [property: Id(3)] DeviceConnectionInfo? OpenConnection,
    [property: Id(4)] TimeSpan? ConnectionLostFor,
    [property: Id(5)] string? Gateway,
    [property: Id(6)] string? UsedNext = null,
    [property: Id(7)] DeviceConnectionInfo? Beside = null,
    [property: Id(8)] IReadOnlyList<string>? Ignored = null)
{
    public static readonly MigrationState Empty = new(null, TimeSpan.Zero, null, null, null, null);

    /// <summary>The same state, this much later.</summary>
    public MigrationState After(TimeSpan time) =>
        this with { SilentFor = SilentFor + time, SinceOutage = SinceOutage + time, ConnectionLostFor = ConnectionLostFor + time };
}

/// <summary>What another silo handed over, and when it came, on the monotonic clock of this silo.</summary>
internal sealed record RehydratedState(MigrationState State, TimeSpan At)
{
    public MigrationState After(TimeSpan now) => State.After(now - At);
}
