using System.Diagnostics;
using System.Text.Json;
using Rollcall.Running;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>
/// The dialect of the first system's agent, unmodified, frame by frame over real sockets: it authenticates, beats and gives up after a
/// second, holds its socket with pings of the WebSocket alone, does commands and comes through a restart.
/// </summary>
public sealed class FirstSystemTests
{
    private const string Beat = """{"status":"healthy","metrics":{"cpu":50,"memory":512,"uptime":1764000000}}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Its_agent_beats_does_commands_and_comes_through_a_restart()
    {
        using var folder = new TemporaryFolder();
        string token;
        TestDevice device;
        await using (var gateway = await TestGateway.StartAsync(folder))
        {
            device = await TestDevice.CreateAsync(gateway);
            token = await SignInAsync(gateway, device);
            var beat = await BeatAsync(gateway, token);
            Assert.Equal("memory", Assert.Single(beat.GetProperty("ignoredMetrics").EnumerateArray()).GetString());
            Assert.InRange(beat.GetProperty("nextHeartbeat").GetInt32(), 1, 30_000);

            await using var socket = await OpenAsync(gateway, device, token);
            await CommandAsync(device, socket, "success", "completed");
            await CommandAsync(device, socket, "failure", "failed");
            await CommandAsync(device, socket, "timeout", "failed");
            await PollAsync(gateway, device);
            Assert.Equal("heartbeat_ack", TestLink.Type(
                await socket.AskAsync("""{"type":"status_update","payload":{"status":{"cpu":12.5,"memory":40,"uptime":3600}}}""")));
            Assert.Equal(40, (await device.ReadAsync()).GetProperty("metrics").GetProperty("memory").GetDouble());
            var refused = await socket.AskAsync("""{"type":"no such thing"}""");
            Assert.Equal(refused.GetProperty("message").GetString(), refused.GetProperty("error").GetString());
            Assert.Matches("^[0-9a-f]{32}$", refused.GetProperty("requestId").GetString());
        }

        await using var next = await TestGateway.StartAsync(folder);
        device = device.At(next);
        await BeatAsync(next, token);
        await using var again = await OpenAsync(next, device, token);
        await CommandAsync(device, again, "success", "completed");

        // A beat that failed: it signs in again, posts results with the new token and keeps its socket with the old one.
        var newer = await SignInAsync(next, device);
        var command = await SendAsync(device);
        var id = Of(await again.HearAsync()).GetProperty("id").GetString();
        Assert.Equal(command, id);
        (await next.Nobody.With("X-Device-Session", newer).PostAsync($"/api/v1/device/commands/{id}/result", Result(id!, "success"))).Is(200);
        Assert.Equal("completed", await StatusAsync(device, command));
        await CommandAsync(device, again, "success", "completed");
        Assert.True((await device.ReadAsync()).GetProperty("connected").GetBoolean());
    }

    private static async Task<string> SignInAsync(TestGateway gateway, TestDevice device)
    {
        var answer = await gateway.Nobody.PostAsync("/api/v1/device/auth", $$"""{"deviceId":"{{device.Id}}","deviceSecret":"{{device.Secret}}"}""");
        Assert.True(answer.Is(200).Json.GetProperty("expiresIn").GetInt64() > 0);
        return answer.TextOf("token")!;
    }

    private static async Task<JsonElement> BeatAsync(TestGateway gateway, string token)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = (await gateway.Nobody.With("X-Device-Session", token).PostAsync("/api/v1/device/heartbeat", Beat)).Is(200).Json;
        Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "It gives up after a second.");
        return answer;
    }

    /// <summary>It says twice that it is connected, and expects no answer.</summary>
    private static async Task<TestLink> OpenAsync(TestGateway gateway, TestDevice device, string token)
    {
        var socket = await TestLink.OpenAsync(gateway, token);
        var connected = $$$"""{"type":"connected","payload":{"deviceId":"{{{device.Id}}}"}}""";
        await socket.SayAsync(connected);
        await socket.SayAsync(connected);
        Assert.Equal("connected", TestLink.Type(await socket.HearAsync()));
        return socket;
    }

    /// <summary>It reads the payload alone, and answers with a result that no acknowledgement came before.</summary>
    private static async Task CommandAsync(TestDevice device, TestLink socket, string said, string status)
    {
        var command = await SendAsync(device);
        var payload = Of(await socket.HearAsync());
        Assert.Equal((command, "echo", 1), (payload.GetProperty("id").GetString(), payload.GetProperty("type")
            .GetString(), payload.GetProperty("parameters").GetProperty("n").GetInt32()));
        ContractChecks.CheckTime(payload.GetProperty("timestamp"));
        Assert.Equal("ack", TestLink.Type(await socket.AskAsync(Result(command, said))));
        var done = (await device.Owner.GetAsync($"{device.Path}/commands/{command}")).Is(200).Json;
        Assert.Equal((status, true), (done.GetProperty("status").GetString(), done.GetProperty("acknowledgedAt").ValueKind == JsonValueKind.String));
        Assert.Equal(42, done.GetProperty("result").GetProperty("answer").GetInt32());
        Assert.Equal(said == "success" ? null : "it failed", done.GetProperty("error").GetString());
    }

    /// <summary>Without a socket commands come with the beat.</summary>
    private static async Task PollAsync(TestGateway gateway, TestDevice device)
    {
        var other = await TestDevice.SignedInAsync(gateway, device.Customer);
        var command = await SendAsync(other);
        var carried = Assert.Single((await BeatAsync(gateway, other.Token)).GetProperty("commands").EnumerateArray());
        Assert.Equal((command, "echo"), (carried.GetProperty("id").GetString(), carried.GetProperty("type").GetString()));
        (await other.Self.PostAsync($"/api/v1/device/commands/{command}/result", Result(command, "success"))).Is(200);
        Assert.Equal("completed", await StatusAsync(other, command));
    }

    private static async Task<string> SendAsync(TestDevice device) =>
        (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"echo","parameters":{"n":1}}""")).Is(202).TextOf("id")!;

    private static async Task<string?> StatusAsync(TestDevice device, string command) =>
        (await device.Owner.GetAsync($"{device.Path}/commands/{command}")).Is(200).TextOf("status");

    private static JsonElement Of(JsonElement frame)
    {
        Assert.Equal("command", TestLink.Type(frame));
        return frame.GetProperty("payload");
    }

    private static string Result(string id, string status) => $$$"""
        {"type":"command_result","commandId":"{{{id}}}","claimToken":"","status":"{{{status}}}","output":{"answer":42},
        "error":{{{(status == "success" ? "null" : "\"it failed\"")}}},"executedAt":"2026-11-28T10:00:00.000Z","duration":12}
        """;
}
