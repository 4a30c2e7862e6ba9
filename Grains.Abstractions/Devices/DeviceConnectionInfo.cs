using Orleans.Concurrency;
using Rollcall.Commands;

namespace Rollcall.Devices;

/// <summary>A WebSocket held by a gateway.</summary>
/// <param name="ConnectionId">Unlike any other, for ever.</param>
/// <param name="Session">Whose token opened it.</param>
/// <param name="Gateway">Incarnation of the gateway that holds it.</param>
/// <param name="Observer">How that gateway is reached; null: not at all.</param>
[GenerateSerializer, Immutable, Alias("rollcall.link")]
public sealed record DeviceConnectionInfo(
    [property: Id(0)] string ConnectionId, [property: Id(1)] Session Session, [property: Id(2)] string Gateway,
    [property: Id(3)] IDeviceConnectionObserver? Observer = null);

/// <summary>A gateway, as twins reach the sockets it holds. Best effort: a word may be lost, and then the next beat says it.</summary>
[Alias("rollcall.link-observer")]
public interface IDeviceConnectionObserver : IGrainObserver
{
    /// <summary>The twin knows this link no more: close it.</summary>
    [Alias("end"), OneWay]
    ValueTask End(string linkId, ConnectionEnd why);

    /// <summary>Write these commands to the device, in this order, and then say <see cref="IDeviceGrain.MarkDelivered"/>.</summary>
    [Alias("deliver"), OneWay]
    ValueTask Deliver(string linkId, IReadOnlyList<Command> commands);

    /// <summary>The device of this link beats over REST: its socket is not to be closed for its silence.</summary>
    [Alias("alive"), OneWay]
    ValueTask Alive(string linkId);
}

/// <summary>Why a link is over.</summary>
public enum ConnectionEnd
{
    /// <summary>The device has a newer socket, or a newer session.</summary>
    Superseded,

    /// <summary>The session was revoked, or the device disabled, put into maintenance or deleted.</summary>
    Revoked,

    /// <summary>The device ended its session itself.</summary>
    Goodbye,
}

/// <summary>A link that is there, or why it is not.</summary>
/// <param name="Refusal">None: the twin has heard it.</param>
/// <param name="Stored">False: the store is away, the sign of life is kept in memory.</param>
/// <param name="Timestamp">When the twin heard it, UTC, whole milliseconds.</param>
/// <param name="HeartbeatInterval">Milliseconds.</param>
/// <param name="HeartbeatTimeout">Milliseconds.</param>
[GenerateSerializer, Immutable, Alias("rollcall.connect-reply")]
public sealed record ConnectReply(
    [property: Id(0)] Refusal Refusal,
    [property: Id(1)] bool Stored = false,
    [property: Id(2)] DateTimeOffset Timestamp = default,
    [property: Id(3)] int HeartbeatInterval = 0,
    [property: Id(4)] int HeartbeatTimeout = 0);
