using System.Threading.Channels;
using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Running;

namespace Rollcall.DeviceApi;

/// <summary>A device's connection without a network: a device of another protocol is as far from the gateway as this.</summary>
internal sealed class MemoryTransport : IDeviceTransport, IConnectionRoom
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly DeviceProtocol _protocol;
    private readonly Channel<Command> _commands = Channel.CreateUnbounded<Command>();
    private readonly TaskCompletionSource<ReasonCode> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DeviceConnection? _connection;

    public MemoryTransport(DeviceProtocol protocol, DeviceCaller caller) => (_protocol, Caller) = (protocol, caller);

    public DeviceCaller Caller { get; }

    /// <summary>Whether there is room, before its twin is told and after that.</summary>
    public (bool Before, bool After) Room { get; set; } = (true, true);

    public DeviceConnection Connection => _connection!;

    public static async Task<MemoryTransport> OfAsync(TestGateway gateway, TestDevice device) =>
        new(gateway.Part<DeviceProtocol>(), (await gateway.Part<DeviceTokens>().CallerAsync(device.Token))!);

    public async Task<DeviceOutcome> ConnectAsync()
    {
        var (outcome, connection) = await _protocol.ConnectAsync(Caller, this);
        Assert.Equal(outcome.IsSuccess, connection is not null);
        if (connection is not null)
        {
            _connection = connection;
            _protocol.Carry(connection, this);
        }

        return outcome;
    }

    /// <summary>Connected, and listening.</summary>
    public static async Task<MemoryTransport> ReadyAsync(TestGateway gateway, TestDevice device)
    {
        var opened = await OfAsync(gateway, device);
        Assert.Equal(new DeviceOutcome(ReasonCode.Success), await opened.ConnectAsync());
        Assert.True((await opened._protocol.ReadyAsync(opened.Connection)).IsSuccess);
        return opened;
    }

    public ValueTask<HeartbeatOutcome> BeatAsync(HeartbeatPayload said = default) => _protocol.HeartbeatAsync(Caller, said, Connection);

    public ValueTask<DeviceOutcome> ReportAsync(string commandId, CommandStatus status, string? result = null) =>
        _protocol.ReportAsync(Caller, commandId, new ReportPayload(status, result, null), Connection);

    public Task<Command> CommandAsync() => _commands.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public Task<ReasonCode> ClosedAsync() => _closed.Task.WaitAsync(Patience);

    public Task DisconnectAsync() => _protocol.DisconnectAsync(Connection);

    void IDeviceTransport.Deliver(IReadOnlyList<Command> commands)
    {
        Assert.All(commands, command => Assert.True(_commands.Writer.TryWrite(command)));
        _protocol.MarkDelivered(Caller, commands, Connection);
    }

    void IDeviceTransport.Close(ReasonCode reason) => _closed.TrySetResult(reason);

    bool IConnectionRoom.MayHold(string customerId) => Room.Before;

    bool IConnectionRoom.Hold(string customerId) => Room.After;
}
