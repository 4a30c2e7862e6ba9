using System.Text.Json;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Http;
using Rollcall.Running;

namespace Rollcall.DeviceApi;

/// <summary>What a device can do, by a protocol of objects: a further protocol needs no more of the gateway than this.</summary>
public sealed class DeviceProtocolTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_device_connects_beats_gets_a_command_reports_it_and_is_superseded()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var former = await MemoryTransport.ReadyAsync(_gateway, device);
        Assert.Equal((30_000, true), (former.Connection.HeartbeatInterval, former.Connection.OpenedAt > DateTimeOffset.UnixEpoch));
        Assert.Equal(("online", "connected", true), Status(await device.ReadAsync()));

        var beat = await former.BeatAsync(new(false, DeviceHealth.Degraded, """{"cpu":12.5}""", ["speed"]));
        Assert.Equal((true, true), (beat.Outcome.IsSuccess, beat.Stored));
        Assert.InRange(beat.NextHeartbeat, 27_000, 30_000);
        var read = await device.ReadAsync();
        Assert.Equal(("degraded", 12.5), (Text(read, "health"), read.GetProperty("metrics").GetProperty("cpu").GetDouble()));

        var waiting = device.Owner.PostAsync(device.Path + "/commands?wait=20", """{"command":"echo","parameters":[1]}""");
        var command = await former.CommandAsync();
        Assert.Equal(("echo", "[1]"), (command.Name, command.Parameters));
        Assert.True((await former.ReportAsync(command.Id, CommandStatus.Acknowledged)).IsSuccess);
        Assert.True((await former.ReportAsync(command.Id, CommandStatus.Completed, "[1]")).IsSuccess);
        Assert.Equal("completed", Text((await waiting).Is(200).Json, "status"));
        Assert.Equal(ReasonCode.CommandConflict, (await former.ReportAsync(command.Id, CommandStatus.Failed)).Reason);
        Assert.Equal(ReasonCode.UnknownCommand, (await former.ReportAsync("none", CommandStatus.Completed)).Reason);

        var newer = await MemoryTransport.ReadyAsync(_gateway, device);
        Assert.Equal(ReasonCode.Superseded, await former.ClosedAsync());
        await former.DisconnectAsync();
        Assert.True((await newer.BeatAsync()).Outcome.IsSuccess);
        Assert.Equal(("online", "connected", true), Status(await device.ReadAsync()));
        await newer.DisconnectAsync();
        Assert.Equal(("online", "connected", false), Status(await device.ReadAsync()));
    }

    [Fact]
    public async Task What_waits_comes_when_the_device_is_ready_and_is_sent_when_it_says_so()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var sent = (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"reboot"}""")).Is(202).Json;
        var opened = await MemoryTransport.ReadyAsync(_gateway, device);
        var command = await opened.CommandAsync();
        Assert.Equal(Text(sent, "id"), command.Id);
        await Eventually.GetAsync(
            async () => (await device.Owner.GetAsync($"{device.Path}/commands/{command.Id}")).Is(200).Json, read => Text(read, "status") == "sent");
        Assert.Equal(command.Id, (await _gateway.Part<DeviceProtocol>().NextCommandAsync(opened.Connection)).Command?.Id);
        Assert.True((await opened.ReportAsync(command.Id, CommandStatus.Acknowledged)).IsSuccess);
        Assert.Null((await _gateway.Part<DeviceProtocol>().NextCommandAsync(opened.Connection)).Command);
        await opened.DisconnectAsync();
    }

    /// <summary>A protocol without a connection: commands come with the answer to a beat.</summary>
    [Fact]
    public async Task Without_a_connection_a_beat_brings_commands_until_they_are_acknowledged()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var (protocol, caller) = (_gateway.Part<DeviceProtocol>(), (await MemoryTransport.OfAsync(_gateway, device)).Caller);
        (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"reboot"}""")).Is(202);
        var brought = Assert.Single((await protocol.HeartbeatAsync(caller, default)).Commands);
        protocol.MarkDelivered(caller, [brought]);
        Assert.Equal(brought.Id, Assert.Single((await protocol.HeartbeatAsync(caller, default)).Commands).Id);
        Assert.True((await protocol.ReportAsync(caller, brought.Id, new(CommandStatus.Acknowledged, null, null))).IsSuccess);
        Assert.Empty((await protocol.HeartbeatAsync(caller, default)).Commands);
    }

    [Fact]
    public async Task A_newer_session_closes_the_connection_and_its_calls_are_refused()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var former = await MemoryTransport.ReadyAsync(_gateway, device);
        (await device.SignInAsync()).Is(200);
        (await device.BeatAsync()).Is(200);
        Assert.Equal(ReasonCode.Superseded, await former.ClosedAsync());
        Assert.Equal(ReasonCode.Superseded, (await former.BeatAsync()).Outcome.Reason);
        Assert.Equal(ReasonCode.Superseded, (await _gateway.Part<DeviceProtocol>().TouchAsync(former.Connection)).Outcome.Reason);
        Assert.Equal(ReasonCode.Superseded, (await former.ConnectAsync()).Reason);
    }

    [Fact]
    public async Task A_session_that_is_over_closes_the_connection_and_opens_none()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var ended = await MemoryTransport.ReadyAsync(_gateway, device);
        Assert.True((await _gateway.Part<DeviceProtocol>().EndSessionAsync(ended.Caller)).IsSuccess);
        Assert.Equal(ReasonCode.Goodbye, await ended.ClosedAsync());
        Assert.Equal(ReasonCode.Revoked, (await ended.ConnectAsync()).Reason);

        (await device.SignInAsync()).Is(200);
        var disabled = await MemoryTransport.ReadyAsync(_gateway, device);
        (await device.Owner.PatchAsync(device.Path, """{"mode":"disabled"}""")).Is(200);
        Assert.Equal(ReasonCode.Revoked, await disabled.ClosedAsync());
        Assert.Equal(ReasonCode.Disabled, (await disabled.ConnectAsync()).Reason);
        Assert.Equal(ReasonCode.Disabled, (await disabled.BeatAsync()).Outcome.Reason);
    }

    [Fact]
    public async Task Without_room_nothing_is_opened_and_the_former_connection_stays_until_the_twin_was_told()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var open = await MemoryTransport.ReadyAsync(_gateway, device);
        var other = await MemoryTransport.OfAsync(_gateway, device);
        other.Room = (false, false);
        Assert.Equal(new DeviceOutcome(ReasonCode.QuotaExceeded, 30), await other.ConnectAsync());
        Assert.True((await open.BeatAsync()).Outcome.IsSuccess);

        other.Room = (true, false);
        Assert.Equal(new DeviceOutcome(ReasonCode.QuotaExceeded, 30), await other.ConnectAsync());
        Assert.Equal(ReasonCode.Superseded, await open.ClosedAsync());
        Assert.False((await device.ReadAsync()).GetProperty("connected").GetBoolean());
    }

    private static (string?, string?, bool) Status(JsonElement device) =>
        (Text(device, "status"), Text(device, "reason"), device.GetProperty("connected").GetBoolean());

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
