using System.Net.WebSockets;
using System.Text.Json;
using Rollcall.PortalApi.Hub;
using Rollcall.Running;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>The contract's table of the device WebSocket, row by row, over real sockets.</summary>
public sealed class LinkTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("X-Device-Session")]
    [InlineData("X-Device-Token")]
    [InlineData("Authorization")]
    [InlineData(null)]
    public async Task The_token_opens_it_from_any_of_the_headers_or_as_the_first_protocol_which_is_echoed(string? header)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.OpenAsync(_gateway, device.Token, header);
        Assert.Equal(header is null ? device.Token : null, link.SubProtocol);
        var greeting = await link.HearAsync();
        Assert.Equal(["deviceId", "heartbeatInterval", "sessionId", "timestamp", "type"], Members(greeting));
        Assert.Equal(("connected", device.Id, 30_000),
            (TestLink.Type(greeting), greeting.GetProperty("deviceId").GetString(), greeting.GetProperty("heartbeatInterval").GetInt32()));
        Assert.Matches("^[0-9a-f]{64}$", greeting.GetProperty("sessionId").GetString());
        ContractChecks.CheckTime(greeting.GetProperty("timestamp"));
        await device.UntilAsync(read => Status(read) == ("online", "connected", true));
    }

    [Fact]
    public async Task A_bad_token_is_a_401_at_the_handshake_and_so_is_one_that_is_superseded_or_ended()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var former = device.Token;
        Assert.Equal(401, await RefusedAsync("nonsense"));
        (await device.BeatAsync()).Is(200);
        (await device.SignInAsync()).Is(200);
        (await device.BeatAsync()).Is(200);
        Assert.Equal(401, await RefusedAsync(former));
        (await device.Self.DeleteAsync("/api/v1/device/session")).Is(204);
        Assert.Equal(401, await RefusedAsync(device.Token));
        (await device.SignInAsync()).Is(200);
        (await device.Owner.PatchAsync(device.Path, """{"mode":"disabled"}""")).Is(200);
        Assert.Equal(403, await RefusedAsync(device.Token));
    }

    [Theory]
    [InlineData("""{"type":"heartbeat","requestId":"r1","status":"degraded","metrics":{"cpu":12.5,"n":1}}""")]
    [InlineData("""{"payload":{"metrics":{"n":1,"cpu":12.5},"status":"degraded"},"requestId":"r1","type":"heartbeat","status":"offline"}""")]
    [InlineData("""{"type":"status_update","requestId":"r1","payload":{"status":"degraded","metrics":{"cpu":12.5,"n":1}}}""")]
    public async Task A_beat_over_it_is_exactly_the_beat_over_REST_flat_or_wrapped(string frame)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        var ack = await link.AskAsync(frame);
        Assert.Equal(["nextHeartbeat", "requestId", "stored", "timestamp", "type"], Members(ack));
        Assert.Equal(("heartbeat_ack", "r1", true),
            (TestLink.Type(ack), ack.GetProperty("requestId").GetString(), ack.GetProperty("stored").GetBoolean()));
        Assert.InRange(ack.GetProperty("nextHeartbeat").GetInt32(), 27_000, 30_000);
        var read = await device.ReadAsync();
        Assert.Equal(ack.GetProperty("timestamp").GetString(), read.GetProperty("lastSeen").GetString());
        Assert.Equal(("degraded", 12.5), (read.GetProperty("health").GetString(), read.GetProperty("metrics").GetProperty("cpu").GetDouble()));

        Assert.Equal("heartbeat_ack", TestLink.Type(await link.AskAsync("""{"type":"heartbeat","status":"offline"}""")));
        Assert.Equal("goodbye", (await device.ReadAsync()).GetProperty("reason").GetString());
        Assert.Equal("heartbeat_ack", TestLink.Type(await link.AskAsync("""{"type":"heartbeat"}""")));
    }

    [Theory]
    [InlineData("ping", "pong")]
    [InlineData("claim_command", "no_commands")]
    public async Task Every_valid_frame_is_answered_and_a_sign_of_life(string type, string answer)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        var seen = (await device.ReadAsync()).GetProperty("lastSeen").GetString()!;
        var heard = await link.AskAsync($$"""{"type":"{{type}}","requestId":7}""");
        Assert.Equal((answer, 7), (TestLink.Type(heard), heard.GetProperty("requestId").GetInt32()));
        await device.UntilAsync(read => string.CompareOrdinal(read.GetProperty("lastSeen").GetString(), seen) > 0);
    }

    [Fact]
    public async Task An_old_agents_connected_is_answered_with_nothing()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.OpenAsync(_gateway, device.Token);
        await link.SayAsync("""{"type":"connected","deviceId":"x"}""");
        await link.SayAsync("""{"type":"ping"}""");
        Assert.Equal("connected", TestLink.Type(await link.HearAsync()));
        Assert.Equal("pong", TestLink.Type(await link.HearAsync()));
    }

    [Theory]
    [InlineData("""{"type":"shout"}""", "INVALID_REQUEST")]
    [InlineData("""{"status":"healthy"}""", "INVALID_REQUEST")]
    [InlineData("""{"type":7}""", "INVALID_REQUEST")]
    [InlineData("no JSON", "INVALID_REQUEST")]
    [InlineData("[]", "INVALID_REQUEST")]
    [InlineData("", "INVALID_REQUEST")]
    [InlineData("""{"type":"ping"} {}""", "INVALID_REQUEST")]
    [InlineData("""{"type":"ping","requestId":{}}""", "INVALID_REQUEST")]
    [InlineData("""{"type":"ping","requestId":"\u0000"}""", "INVALID_REQUEST")]
    [InlineData("""{"type":"ping","requestId":"\ud800"}""", "INVALID_REQUEST")]
    [InlineData("""{"type":"heartbeat","status":"asleep","requestId":"r"}""", "INVALID_REQUEST")]
    [InlineData("""{"type":"command_ack","commandId":"none"}""", "NOT_FOUND")]
    [InlineData("""{"type":"command_result","commandId":"none","status":"completed"}""", "NOT_FOUND")]
    public async Task Anything_else_is_an_error_and_the_socket_stays_open(string frame, string code)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        var error = await link.AskAsync(frame);
        Assert.Equal(("error", code), (TestLink.Type(error), error.GetProperty("code").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal(error.GetProperty("message").GetString(), error.GetProperty("error").GetString());
        Assert.Equal("pong", TestLink.Type(await link.AskAsync("""{"type":"ping"}""")));
    }

    [Fact]
    public async Task A_binary_frame_is_an_error_too()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        await link.SayAsync("""{"type":"ping"}""", WebSocketMessageType.Binary);
        Assert.Equal("error", TestLink.Type(await link.HearAsync()));
    }

    [Fact]
    public async Task More_than_twenty_errors_in_a_minute_close_it_with_4000()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        for (var error = 0; error < 20; error++)
        {
            Assert.Equal("error", TestLink.Type(await link.AskAsync("{}")));
        }

        await link.SayAsync("{}");
        Assert.Equal(4000, await link.ClosedAsync());
    }

    [Fact]
    public async Task The_largest_frame_is_taken_and_one_byte_more_closes_with_1009()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        const string Ping = """{"type":"ping"}""";
        Assert.Equal("pong", TestLink.Type(await link.AskAsync(Ping.PadRight(64 * 1024))));
        await link.SayAsync(Ping.PadRight((64 * 1024) + 1));
        Assert.Equal(1009, await link.ClosedAsync());
    }

    [Fact]
    public async Task Lists_and_portals_say_who_is_connected_as_the_device_itself_does()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var other = await TestDevice.SignedInAsync(_gateway, device.Customer);
        (await other.BeatAsync()).Is(200);
        await using var portal = await TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", device.Customer));
        await using (await TestLink.GreetedAsync(_gateway, device))
        {
            await device.UntilAsync(read => read.GetProperty("connected").GetBoolean());
            Assert.Equal([device.Id], await ListedAsync());
            var snapshot = await portal.WatchAsync(new { });
            Assert.Equal([device.Id], Connected(snapshot.GetProperty("devices")));
        }

        await device.UntilAsync(read => !read.GetProperty("connected").GetBoolean());
        Assert.Empty(await ListedAsync());

        async Task<string[]> ListedAsync() =>
            Connected((await device.Owner.GetAsync("/api/v1/customer/devices")).Is(200).Json.GetProperty("devices"));
        static string[] Connected(JsonElement devices) =>
            [.. devices.EnumerateArray().Where(one => one.GetProperty("connected").GetBoolean())
                .Select(one => one.GetProperty("deviceId").GetString()!)];
    }

    private static (string?, string?, bool) Status(JsonElement device) =>
        (device.GetProperty("status").GetString(), device.GetProperty("reason").GetString(), device.GetProperty("connected").GetBoolean());

    private static string[] Members(JsonElement frame) => [.. frame.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];

    private async Task<int> RefusedAsync(string token) =>
        (await Assert.ThrowsAsync<RefusedHandshakeException>(() => TestLink.OpenAsync(_gateway, token))).Status;
}
