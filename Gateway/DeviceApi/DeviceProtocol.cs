using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Connections;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>
/// All that a device can do at this gateway, whichever protocol it speaks: who may, when it is its turn, which call of its twin is made
/// again, and what came of it. Bytes, frames and status codes are for the adapters. A call that is given a connection counts as made over
/// it, and closes it when its session is over. <see cref="TimeoutException"/> and <see cref="OperationCanceledException"/>: the twin has not
/// answered in time, and the device is told <see cref="Late"/>; another exception is a fault of ours.
/// </summary>
internal sealed class DeviceProtocol(
    IGrainFactory grains, Incarnation gateway, DeviceConnections connections, AdmissionControl admission, IdleTimes idle, TimeProvider clock)
{
    /// <summary>Seconds until a device may ask again when its customer holds the most connections: others may have gone by then.</summary>
    private const int WithoutRoom = 30;

    /// <summary>No connection is opened any more.</summary>
    public bool IsStopping => connections.IsStopping;

    /// <summary>Opens a connection, which is a sign of life. The newest wins: the twin has the former one closed.</summary>
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

    /// <summary>From now on the device can be reached. Then it may be greeted, and is <see cref="ReadyAsync"/>.</summary>
    public void Carry(DeviceConnection connection, IDeviceTransport transport)
    {
        connection.CarryBy(transport);
        connections.Add(connection);
        if (IsStopping)
        {
            connection.Close(ReasonCode.Stopping);
        }
    }

    /// <summary>The device listens: what waits for it may come. If this is lost its next beat says it, so it is not tried again.</summary>
    public async ValueTask<DeviceOutcome> ReadyAsync(DeviceConnection connection) =>
        // It may have been ended while it was being opened, when nobody here could be told.
        Closing(connection, DeviceOutcome.Of(await TwinOf(connection.Caller, connection).ConnectionReady(connection.Link)));

    /// <summary>Records a beat, or a goodbye.</summary>
    public async ValueTask<HeartbeatOutcome> HeartbeatAsync(DeviceCaller caller, HeartbeatPayload said, DeviceConnection? connection = null)
    {
        using var place = await admission.EnterAsync(caller.DeviceId);
        if (place.IsRefused)
        {
            return new(new(ReasonCode.Busy, place.RetryAfter));
        }

        var beat = new Heartbeat(caller.Session, said.Goodbye, said.Health, said.Metrics, gateway.Id, connection?.Link, said.Ignored);
        var reply = await TwinCalls.RetryAsync(
            (Twin: TwinOf(caller, connection), Beat: beat), static call => call.Twin.Heartbeat(call.Beat), static reply => reply.Refusal);
        place.Served(reply.Refusal);
        var outcome = reply.Refusal == Refusal.RateLimited
            ? new DeviceOutcome(ReasonCode.TooManyGoodbyes, (reply.NextHeartbeat + 999) / 1_000) : DeviceOutcome.Of(reply.Refusal);
        return new(Closing(connection, outcome), reply);
    }

    /// <summary>Any other message over a connection: a sign of life.</summary>
    public async ValueTask<TouchOutcome> TouchAsync(DeviceConnection connection)
    {
        using var place = await admission.EnterAsync(connection.Caller.DeviceId);
        if (place.IsRefused)
        {
            return new(new(ReasonCode.Busy, place.RetryAfter));
        }

        var reply = await TwinCalls.RetryAsync(connection, static over => over.Twin.Touch(over.Link), static reply => reply.Refusal);
        place.Served(reply.Refusal);
        return new(Closing(connection, DeviceOutcome.Of(reply.Refusal)), reply.Timestamp);
    }

    /// <summary>The oldest command that the device has not acknowledged. A sign of life.</summary>
    public async ValueTask<CommandOutcome> NextCommandAsync(DeviceConnection connection)
    {
        using var place = await admission.EnterAsync(connection.Caller.DeviceId);
        if (place.IsRefused)
        {
            return new(new(ReasonCode.Busy, place.RetryAfter));
        }

        var reply = await TwinCalls.RetryAsync(connection, static over => over.Twin.NextCommand(over.Link), static reply => reply.Refusal);
        place.Served(reply.Refusal);
        return new(Closing(connection, DeviceOutcome.Of(reply.Refusal)), reply.Command);
    }

    /// <summary>The device has a command, or has done with it.</summary>
    public async ValueTask<DeviceOutcome> ReportAsync(
        DeviceCaller caller, string commandId, ReportPayload said, DeviceConnection? connection = null)
    {
        using var place = await admission.EnterAsync(caller.DeviceId);
        if (place.IsRefused)
        {
            return new(ReasonCode.Busy, place.RetryAfter);
        }

        var report = new CommandReport(caller.Session, connection?.Link, commandId, said.Status, said.Result, said.Error);
        var reply = await TwinCalls.RetryAsync(
            (Twin: TwinOf(caller, connection), Report: report), static call => call.Twin.Report(call.Report), static reply => reply.Refusal);
        place.Served(reply.Refusal);
        return Closing(connection, DeviceOutcome.OfReport(reply.Refusal));
    }

    /// <summary>Commands were written to the device: over this connection, or in the answer to a beat. Nobody waits for it.</summary>
    public void MarkDelivered(DeviceCaller caller, IReadOnlyList<Command> commands, DeviceConnection? connection = null) =>
        TwinOf(caller, connection).MarkDelivered(connection?.Link.ConnectionId, [.. commands.Select(command => command.Id)]).AsTask().Ignore();

    /// <summary>The device ends its session: it is offline, reason <c>goodbye</c>.</summary>
    public async ValueTask<DeviceOutcome> EndSessionAsync(DeviceCaller caller)
    {
        using var place = await admission.EnterAsync(caller.DeviceId);
        return place.IsRefused ? new(ReasonCode.Busy, place.RetryAfter) : DeviceOutcome.Of(
            await TwinCalls.RetryAsync(() => grains.GetDevice(caller.DeviceId).EndSession(caller.Session), gone: Refusal.InvalidSession));
    }

    /// <summary>For a message that asks nothing of the twin, as nobody can read it: also its answer waits for its turn.</summary>
    public async ValueTask<DeviceOutcome> WaitTurnAsync(DeviceCaller caller)
    {
        using var place = await admission.EnterAsync(caller.DeviceId);
        return place.IsRefused ? new(ReasonCode.Busy, place.RetryAfter) : new(ReasonCode.Success);
    }

    /// <summary>A call was let in, and not answered in time.</summary>
    public DeviceOutcome Late() => new(ReasonCode.Busy, admission.Late());

    /// <summary>The connection is over, whoever closed it.</summary>
    public async Task DisconnectAsync(DeviceConnection connection)
    {
        connections.Remove(connection);
        try
        {
            await CloseLinkAsync(connection.Twin, connection.Link);
        }
        finally
        {
            connections.Leave();
        }
    }

    private async Task<ConnectOutcome> OpenAsync(DeviceCaller caller, IConnectionRoom room)
    {
        var link = new DeviceConnectionInfo($"{gateway.Id}/{Guid.NewGuid():N}", caller.Session, gateway.Id, connections.Reference);
        var twin = grains.GetDevice(caller.DeviceId);

        // Before the twin is told: its former connection, if there is one, would be closed for nothing.
        if (!room.MayHold(caller.CustomerId))
        {
            return new(new(ReasonCode.QuotaExceeded, WithoutRoom));
        }

        ConnectReply reply;
        using (var place = await admission.EnterAsync(caller.DeviceId))
        {
            if (place.IsRefused)
            {
                return new(new(ReasonCode.Busy, place.RetryAfter));
            }

            reply = await OpenLinkAsync(twin, link);
            place.Served(reply.Refusal);
        }

        if (reply.Refusal != Refusal.None)
        {
            return new(DeviceOutcome.Of(reply.Refusal));
        }

        idle.Learn(reply.HeartbeatInterval);
        if (!room.Hold(caller.CustomerId))
        {
            await CloseLinkAsync(twin, link);
            return new(new(ReasonCode.QuotaExceeded, WithoutRoom));
        }

        return new(new(ReasonCode.Success), new DeviceConnection(link, caller, twin, reply, clock));
    }

    private async Task<ConnectReply> OpenLinkAsync(IDeviceGrain twin, DeviceConnectionInfo link)
    {
        try
        {
            return await TwinCalls.RetryAsync(() => twin.Connect(link), reply => reply.Refusal);
        }
        catch (Exception)
        {
            // The twin may have heard it all the same, and would take a connection for open that never was.
            await CloseLinkAsync(twin, link);
            throw;
        }
    }

    /// <summary>A gateway that stops says so itself: what it closes is no device's loss.</summary>
    private async Task CloseLinkAsync(IDeviceGrain twin, DeviceConnectionInfo link)
    {
        if (IsStopping)
        {
            return;
        }

        try
        {
            await TwinCalls.RetryAsync(async () =>
            {
                await twin.Disconnect(link.ConnectionId);
                return true;
            });
        }
        catch (Exception lost) when (lost is TimeoutException or Orleans.Runtime.OrleansException)
        {
            // Its silence will tell.
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
