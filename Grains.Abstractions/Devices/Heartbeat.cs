using Rollcall.Commands;

namespace Rollcall.Devices;

/// <summary>One beat, checked by the gateway.</summary>
/// <param name="Session">From the token.</param>
/// <param name="Goodbye">True: the device says that it leaves.</param>
/// <param name="Health">What the device says of itself; null with a goodbye: as before.</param>
/// <param name="Metrics">Checked JSON object of finite numbers; null: the last ones stay.</param>
/// <param name="Gateway">Incarnation of the gateway that heard it, so that its loss can be told from silence.</param>
/// <param name="Connection">The socket over which it came: a twin that was loaded anew learns of it so. Null: over REST.</param>
/// <param name="Ignored">Names of metrics that did not fit, few and short; null: none.</param>
[GenerateSerializer, Immutable, Alias("rollcall.heartbeat")]
public sealed record Heartbeat(
    [property: Id(0)] Session Session,
    [property: Id(1)] bool Goodbye,
    [property: Id(2)] DeviceHealth? Health,
    [property: Id(3)] string? Metrics,
    [property: Id(4)] string Gateway,
    [property: Id(5)] DeviceConnectionInfo? Connection = null,
    [property: Id(6)] IReadOnlyList<string>? Ignored = null);

/// <summary>What became of a beat.</summary>
/// <param name="Refusal">None: the twin has heard it.</param>
/// <param name="Stored">True: it survives a kill of any process. False: the store is away, the twin keeps it in memory.</param>
/// <param name="Timestamp">When the twin heard it, UTC, whole milliseconds.</param>
/// <param name="NextHeartbeat">
/// Milliseconds until the next beat is due; with <see cref="Refusal.RateLimited"/> until the next goodbye is taken.
/// </param>
[GenerateSerializer, Immutable, Alias("rollcall.heartbeat-reply")]
public sealed record HeartbeatReply(
    [property: Id(0)] Refusal Refusal,
    [property: Id(1)] bool Stored = false,
    [property: Id(2)] DateTimeOffset Timestamp = default,
    [property: Id(3)] int NextHeartbeat = 0)
{
    /// <summary>Commands for a device without a socket, oldest first. Say <see cref="IDeviceGrain.MarkDelivered"/> when they are written.</summary>
    [Id(4)]
    public IReadOnlyList<Command> Commands { get; init; } = [];
}
