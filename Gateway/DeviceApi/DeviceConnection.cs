using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>One device's connection at this gateway, whatever carries it: whose it is, when it was last heard, and what closes it.</summary>
/// <param name="link">Its name for the twin.</param>
/// <param name="opened">What the twin said to it.</param>
internal sealed class DeviceConnection(DeviceConnectionInfo link, DeviceCaller caller, IDeviceGrain twin, ConnectReply opened, TimeProvider clock)
{
    private const int MostMalformed = 20;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Queue<long> _malformed = new(0);
    private IDeviceTransport? _transport;
    private long _lastHeard = clock.GetTimestamp();

    public DeviceConnectionInfo Link => link;

    public DeviceCaller Caller => caller;

    public IDeviceGrain Twin => twin;

    /// <summary>When the twin heard of it, UTC, whole milliseconds.</summary>
    public DateTimeOffset OpenedAt => opened.Timestamp;

    /// <summary>Milliseconds.</summary>
    public int HeartbeatInterval => opened.HeartbeatInterval;

    /// <summary>From now on the device can be reached.</summary>
    public void CarryBy(IDeviceTransport transport)
    {
        Heard();
        Volatile.Write(ref _transport, transport);
    }

    /// <summary>The device was heard, here or elsewhere: its connection is not silent.</summary>
    public void Heard() => Volatile.Write(ref _lastHeard, clock.GetTimestamp());

    /// <summary>A message was refused that nobody can read: the device's fault. Too many of them within a minute close its connection.</summary>
    public void CountMalformed()
    {
        _malformed.Enqueue(clock.GetTimestamp());
        while (clock.GetElapsedTime(_malformed.Peek()) > Minute)
        {
            _malformed.Dequeue();
        }

        if (_malformed.Count > MostMalformed)
        {
            Close(ReasonCode.Abuse);
        }
    }

    /// <summary>Closes a connection that has been silent too long, or whose token has expired. To be called every second.</summary>
    public void Check()
    {
        if (clock.GetUtcNow() >= caller.Expires)
        {
            Close(ReasonCode.TokenExpired);
        }
        else if (clock.GetElapsedTime(Volatile.Read(ref _lastHeard)) >= TimeSpan.FromMilliseconds(opened.HeartbeatTimeout))
        {
            Close(ReasonCode.Silent);
        }
    }

    public void Deliver(IReadOnlyList<Command> commands) => Volatile.Read(ref _transport)?.Deliver(commands);

    /// <summary>The first reason counts.</summary>
    public void Close(ReasonCode reason) => Volatile.Read(ref _transport)?.Close(reason);
}
