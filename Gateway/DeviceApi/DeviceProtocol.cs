using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Connections;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>
/// All calls of devices at this gateway, whichever protocol they use: admission, the call of the twin and its retries, and the result. Bytes,
/// frames and status codes belong to the adapters. A call with a connection counts as made over it, and closes it when the session has
/// ended. <see cref="TimeoutException"/> and <see cref="OperationCanceledException"/>: the twin has not answered in time, and the answer is
/// <see cref="Late"/>; any other exception is a fault of ours.
/// </summary>
internal sealed class DeviceProtocol(
    IGrainFactory grains, Incarnation gateway, DeviceConnections connections, AdmissionControl admission, IdleTimes idle, TimeProvider clock)
{
    /// <summary>Seconds until a device may retry when its customer holds the most connections: others may have closed by then.</summary>
    private const int WithoutRoom = 30;

    /// <summary>This gateway stops, and opens no connection.</summary>
    public bool IsStopping => connections.IsStopping;

    /// <summary>Opens a connection, which is a sign of life. The newest wins: the twin closes the former one.</summary>
    public async Task<ConnectOutcome> ConnectAsync(DeviceCaller caller, IConnectionRoom room)
    {
        if (!connections.TryEnter())
        {
            return new(new(ReasonCode.Unavailable));
        }

        ConnectOutcome opened = default;
        try
        {
            opened = await OpenAsync(caller, room);
        }
        finally
        {
            if (opened.Connection is null)
            {
                connections.Leave();
            }
        }

        return opened;
    }

    /// <summary>Sets the transport: from now on the device can be reached. Then it may be greeted, and <see cref="ReadyAsync"/> called.</summary>
    public void Carry(DeviceConnection connection, IDeviceTransport transport)
    {
        connection.CarryBy(transport);
        connections.Add(connection);
        if (IsStopping)
        {
            connection.Close(ReasonCode.Stopping);
        }
    }

    /// <summary>The device listens, so its commands may be sent. Not retried: if the call is lost, the next heartbeat has the same effect.</summary>
    public async ValueTask<DeviceOutcome> ReadyAsync(DeviceConnection connection) =>
        // It may have been ended while it was being opened, when it could not be closed here.
        Closing(connection, DeviceOutcome.Of(await TwinOf(connection.Caller, connection).ConnectionReady(connection.Info)));

    /// <summary>Records a heartbeat, or a goodbye.</summary>
    public async ValueTask<HeartbeatOutcome> HeartbeatAsync(DeviceCaller caller, HeartbeatPayload payload, DeviceConnection? connection = null)
    {
        using var permit = await admission.EnterAsync(caller.DeviceId);
        if (permit.IsRefused)
        {
            return new(new(ReasonCode.Busy, permit.RetryAfter));
        }

        var beat = new Heartbeat(caller.Session, payload.Goodbye, payload.Health, payload.Metrics, gateway.Id, connection?.Info, payload.Ignored);
        var reply = await TwinCalls.RetryAsync(
            (Twin: TwinOf(caller, connection), Beat: beat), static call => call.Twin.Heartbeat(call.Beat), static reply => reply.Refusal);
        permit.Served(reply.Refusal);
        connection?.Expect(reply.HeartbeatTimeout);
        var outcome = reply.Refusal == Refusal.RateLimited
            ? new DeviceOutcome(ReasonCode.TooManyGoodbyes, (reply.NextHeartbeat + 999) / 1_000) : DeviceOutcome.Of(reply.Refusal);
        return new(Closing(connection, outcome), reply);
    }

    /// <summary>Records any other message over a connection as a sign of life.</summary>
    public async ValueTask<TouchOutcome> TouchAsync(DeviceConnection connection)
    {
        using var permit = await admission.EnterAsync(connection.Caller.DeviceId);
        if (permit.IsRefused)
        {
            return new(new(ReasonCode.Busy, permit.RetryAfter));
        }

        var reply = await TwinCalls.RetryAsync(connection, static over => over.Twin.Touch(over.Info), static reply => reply.Refusal);
        permit.Served(reply.Refusal);
        return new(Closing(connection, DeviceOutcome.Of(reply.Refusal)), reply.Timestamp);
    }

    /// <summary>Reads the oldest command that the device has not acknowledged. A sign of life.</summary>
    public async ValueTask<CommandOutcome> NextCommandAsync(DeviceConnection connection)
    {
        using var permit = await admission.EnterAsync(connection.Caller.DeviceId);
        if (permit.IsRefused)
        {
            return new(new(ReasonCode.Busy, permit.RetryAfter));
        }

        var reply = await TwinCalls.RetryAsync(connection, static over => over.Twin.NextCommand(over.Info), static reply => reply.Refusal);
        permit.Served(reply.Refusal);
        return new(Closing(connection, DeviceOutcome.Of(reply.Refusal)), reply.Command);
    }

    /// <summary>Records that the device has a command, or its result.</summary>
    public async ValueTask<DeviceOutcome> ReportAsync(
        DeviceCaller caller, string commandId, ReportPayload payload, DeviceConnection? connection = null)
    {
        using var permit = await admission.EnterAsync(caller.DeviceId);
        if (permit.IsRefused)
        {
            return new(ReasonCode.Busy, permit.RetryAfter);
        }

        var report = new CommandReport(caller.Session, connection?.Info, commandId, payload.Status, payload.Result, payload.Error);
        var reply = await TwinCalls.RetryAsync(
            (Twin: TwinOf(caller, connection), Report: report), static call => call.Twin.Report(call.Report), static reply => reply.Refusal);
        permit.Served(reply.Refusal);
        return Closing(connection, DeviceOutcome.OfReport(reply.Refusal));
    }

    /// <summary>Notes that commands were written to the device: over this connection, or in the answer to a heartbeat. Not awaited.</summary>
    public void MarkDelivered(DeviceCaller caller, IReadOnlyList<Command> commands, DeviceConnection? connection = null) =>
        TwinOf(caller, connection).MarkDelivered(connection?.Info.ConnectionId, [.. commands.Select(command => command.Id)]).AsTask().Ignore();

    /// <summary>Ends the device's session: it is offline, reason <c>goodbye</c>.</summary>
    public async ValueTask<DeviceOutcome> EndSessionAsync(DeviceCaller caller)
    {
        using var permit = await admission.EnterAsync(caller.DeviceId);
        return permit.IsRefused ? new(ReasonCode.Busy, permit.RetryAfter) : DeviceOutcome.Of(
            await TwinCalls.RetryRemovalAsync(() => grains.GetDevice(caller.DeviceId).EndSession(caller.Session), gone: Refusal.InvalidSession));
    }

    /// <summary>Admits a malformed message, which calls no twin: its answer, too, waits for its turn.</summary>
    public async ValueTask<DeviceOutcome> WaitTurnAsync(DeviceCaller caller)
    {
        using var permit = await admission.EnterAsync(caller.DeviceId);
        return permit.IsRefused ? new(ReasonCode.Busy, permit.RetryAfter) : new(ReasonCode.Success);
    }

    /// <summary>The result of a call that was admitted and not answered in time.</summary>
    public DeviceOutcome Late() => new(ReasonCode.Busy, admission.Late());

    /// <summary>Removes a connection that has ended, whichever side closed it.</summary>
    public async Task DisconnectAsync(DeviceConnection connection)
    {
        connections.Remove(connection);
        try
        {
            await DisconnectTwinAsync(connection.Twin, connection.Info);
        }
        finally
        {
            connections.Leave();
        }
    }

    private async Task<ConnectOutcome> OpenAsync(DeviceCaller caller, IConnectionRoom room)
    {
        var info = new DeviceConnectionInfo($"{gateway.Id}/{Guid.NewGuid():N}", caller.Session, gateway.Id, connections.Reference);
        var twin = grains.GetDevice(caller.DeviceId);

        // Before the twin is called, which would close a former connection for nothing.
        if (!room.MayHold(caller.CustomerId))
        {
            return new(new(ReasonCode.QuotaExceeded, WithoutRoom));
        }

        ConnectReply reply;
        using (var permit = await admission.EnterAsync(caller.DeviceId))
        {
            if (permit.IsRefused)
            {
                return new(new(ReasonCode.Busy, permit.RetryAfter));
            }

            reply = await ConnectTwinAsync(twin, info);
            permit.Served(reply.Refusal);
        }

        if (reply.Refusal != Refusal.None)
        {
            return new(DeviceOutcome.Of(reply.Refusal));
        }

        idle.Learn(reply.HasOwnTimes ? 0 : reply.HeartbeatInterval);
        if (!room.Hold(caller.CustomerId))
        {
            await DisconnectTwinAsync(twin, info);
            return new(new(ReasonCode.QuotaExceeded, WithoutRoom));
        }

        return new(new(ReasonCode.Success), new DeviceConnection(info, caller, twin, reply, clock));
    }

    private async Task<ConnectReply> ConnectTwinAsync(IDeviceGrain twin, DeviceConnectionInfo info)
    {
        try
        {
            return await TwinCalls.RetryAsync(() => twin.Connect(info), reply => reply.Refusal);
        }
        catch (Exception)
        {
            // The twin may have recorded it all the same, and would count a connection that was never opened.
            await DisconnectTwinAsync(twin, info);
            throw;
        }
    }

    /// <summary>Reports a closed connection to the twin. Not while the gateway stops: those connections are not lost by the device.</summary>
    private async Task DisconnectTwinAsync(IDeviceGrain twin, DeviceConnectionInfo info)
    {
        if (IsStopping)
        {
            return;
        }

        try
        {
            await TwinCalls.RetryAsync(async () =>
            {
                await twin.Disconnect(info.ConnectionId);
                return true;
            });
        }
        catch (Exception lost) when (lost is TimeoutException or Orleans.Runtime.OrleansException)
        {
            // The heartbeat timeout closes it at the twin.
        }
    }

    private IDeviceGrain TwinOf(DeviceCaller caller, DeviceConnection? connection) => connection?.Twin ?? grains.GetDevice(caller.DeviceId);

    private static DeviceOutcome Closing(DeviceConnection? connection, DeviceOutcome outcome)
    {
        if (outcome.IsFinal)
        {
            connection?.Close(outcome.Reason);
        }

        return outcome;
    }
}
