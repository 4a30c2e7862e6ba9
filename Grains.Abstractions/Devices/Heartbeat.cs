using Rollcall.Commands;

namespace Rollcall.Devices;

/// <summary>One heartbeat, checked by the gateway.</summary>
/// <param name="Session">From the token.</param>
/// <param name="Goodbye">True: the device goes offline by itself.</param>
/// <param name="Health">Health as the device reports it; null with a goodbye: as before.</param>
/// <param name="Metrics">Checked JSON object of finite numbers; null: the last ones stay.</param>
/// <param name="Gateway">Incarnation of the gateway that received it, so that a lost gateway is not taken for a silent device.</param>
/// <param name="Connection">The connection over which it came, so that a twin that was just loaded knows it. Null: over REST.</param>
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

/// <summary>The answer to a heartbeat.</summary>
/// <param name="Refusal">None: accepted by the twin.</param>
/// <param name="Stored">True: it survives a kill of any process. False: the store is away, the twin keeps it in memory.</param>
/// <param name="Timestamp">When the twin received it, UTC, whole milliseconds.</param>
/// <param name="NextHeartbeat">
/// Milliseconds until the next heartbeat is due; with <see cref="Refusal.RateLimited"/>, until the next goodbye is accepted.
/// </param>
[GenerateSerializer, Immutable, Alias("rollcall.heartbeat-reply")]
public sealed record HeartbeatReply(
    [property: Id(0)] Refusal Refusal,
    [property: Id(1)] bool Stored = false,
    [property: Id(2)] DateTimeOffset Timestamp = default,
    [property: Id(3)] int NextHeartbeat = 0)
{
    /// <summary>Commands for a device without a connection, oldest first. Call <see cref="IDeviceGrain.MarkDelivered"/> once written.</summary>
    [Id(4)]
    public IReadOnlyList<Command> Commands { get; init; } = [];

    /// <summary>Milliseconds of silence after which the device is offline from now on; 0: from a silo of a former version.</summary>
    [Id(5)]
    public int HeartbeatTimeout { get; init; }
}
