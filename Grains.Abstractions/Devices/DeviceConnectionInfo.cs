using Orleans.Concurrency;
using Rollcall.Commands;

namespace Rollcall.Devices;

/// <summary>An open connection (WebSocket) of a device to a gateway.</summary>
/// <param name="ConnectionId">Unique for ever.</param>
/// <param name="Session">The session whose token opened it.</param>
/// <param name="Gateway">Incarnation of the gateway that holds it.</param>
/// <param name="Observer">Reaches that gateway; null: it cannot be reached.</param>
[GenerateSerializer, Immutable, Alias("rollcall.link")]
public sealed record DeviceConnectionInfo(
    [property: Id(0)] string ConnectionId, [property: Id(1)] Session Session, [property: Id(2)] string Gateway,
    [property: Id(3)] IDeviceConnectionObserver? Observer = null);

/// <summary>How twins reach the connections of a gateway. Best effort: a call may be lost; the next heartbeat makes up for it.</summary>
[Alias("rollcall.link-observer")]
public interface IDeviceConnectionObserver : IGrainObserver
{
    /// <summary>The twin has dropped this connection: close it.</summary>
    [Alias("end"), OneWay]
    ValueTask End(string connectionId, ConnectionEnd why);

    /// <summary>Write these commands to the device, in this order, and then call <see cref="IDeviceGrain.MarkDelivered"/>.</summary>
    [Alias("deliver"), OneWay]
    ValueTask Deliver(string connectionId, IReadOnlyList<Command> commands);

    /// <summary>The device of this connection beats over REST: do not close the connection because nothing comes over it.</summary>
    [Alias("alive"), OneWay]
    ValueTask Alive(string connectionId);
}

/// <summary>Why a connection was ended.</summary>
public enum ConnectionEnd
{
    /// <summary>The device has a newer connection, or a newer session.</summary>
    Superseded,

    /// <summary>The session was revoked, or the device disabled, put into maintenance or deleted.</summary>
    Revoked,

    /// <summary>The device ended its session itself.</summary>
    Goodbye,
}

/// <summary>A connection that was accepted, or why not.</summary>
/// <param name="Refusal">None: accepted by the twin.</param>
/// <param name="Stored">False: the store is away, the sign of life is kept in memory.</param>
/// <param name="Timestamp">When the twin received it, UTC, whole milliseconds.</param>
/// <param name="HeartbeatInterval">Milliseconds.</param>
/// <param name="HeartbeatTimeout">Milliseconds.</param>
/// <param name="HasOwnTimes">The two are the device's own, and say nothing of other devices.</param>
[GenerateSerializer, Immutable, Alias("rollcall.connect-reply")]
public sealed record ConnectReply(
    [property: Id(0)] Refusal Refusal,
    [property: Id(1)] bool Stored = false,
    [property: Id(2)] DateTimeOffset Timestamp = default,
    [property: Id(3)] int HeartbeatInterval = 0,
    [property: Id(4)] int HeartbeatTimeout = 0,
    [property: Id(5)] bool HasOwnTimes = false);
