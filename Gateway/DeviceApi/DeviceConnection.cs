using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>One device's connection at this gateway, whichever protocol carries it: its owner, its last sign of life, and what closes it.</summary>
/// <param name="info">How the twin knows it.</param>
/// <param name="opened">The twin's reply to it.</param>
internal sealed class DeviceConnection(DeviceConnectionInfo info, DeviceCaller caller, IDeviceGrain twin, ConnectReply opened, TimeProvider clock)
{
    private const int MostMalformed = 20;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Queue<long> _malformed = new(0);
    private IDeviceTransport? _transport;
    private long _lastSignal = clock.GetTimestamp();
    private int _timeout = opened.HeartbeatTimeout;

    public DeviceConnectionInfo Info => info;

    public DeviceCaller Caller => caller;

    public IDeviceGrain Twin => twin;

    /// <summary>When the twin recorded it, UTC, whole milliseconds.</summary>
    public DateTimeOffset OpenedAt => opened.Timestamp;

    /// <summary>Milliseconds between two heartbeats.</summary>
    public int HeartbeatInterval => opened.HeartbeatInterval;

    /// <summary>Sets the transport: from now on the device can be reached.</summary>
    public void CarryBy(IDeviceTransport transport)
    {
        NoteAlive();
        Volatile.Write(ref _transport, transport);
    }

    /// <summary>Notes a sign of life of the device, at this gateway or another: the timeout counts from now.</summary>
    public void NoteAlive() => Volatile.Write(ref _lastSignal, clock.GetTimestamp());

    /// <summary>The device has been told other times: from now on it may be silent for so long.</summary>
    /// <param name="timeout">Milliseconds; 0: nothing was said of it.</param>
    public void Expect(int timeout)
    {
        if (timeout > 0)
        {
            Volatile.Write(ref _timeout, timeout);
        }
    }

    /// <summary>Counts a malformed message of the device. Too many of them within a minute close its connection.</summary>
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

    /// <summary>Closes the connection when its heartbeat timeout has passed, or its token has expired. To be called every second.</summary>
    public void Check()
    {
        if (clock.GetUtcNow() >= caller.Expires)
        {
            Close(ReasonCode.TokenExpired);
        }
        else if (clock.GetElapsedTime(Volatile.Read(ref _lastSignal)) >= TimeSpan.FromMilliseconds(Volatile.Read(ref _timeout)))
        {
            Close(ReasonCode.Silent);
        }
    }

    public void Deliver(IReadOnlyList<Command> commands) => Volatile.Read(ref _transport)?.Deliver(commands);

    /// <summary>Closes the connection. The first reason counts.</summary>
    public void Close(ReasonCode reason) => Volatile.Read(ref _transport)?.Close(reason);
}
