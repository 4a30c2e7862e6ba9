using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Rollcall.Running;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>The handshake as other people's clients make it, byte by byte.</summary>
public sealed class HandshakeTests(SharedGateway shared)
{
    private const string Complete =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("")]
    [InlineData("Sec-WebSocket-Protocol: {token}\r\n")]
    [InlineData(
        "Sec-WebSocket-Protocol: {token}\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    [InlineData(
        "Sec-WebSocket-Protocol: {token}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: "
            + "dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    [InlineData("X-Device-Session: {token}\r\nUpgrade: websocket\r\nConnection: keep-alive\r\n")]
    [InlineData("X-Device-Session: nonsense\r\n")]
    public async Task What_is_no_complete_upgrade_is_told_so_before_its_token_is_looked_at(string headers)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var answer = await AskAsync(headers.Replace("{token}", device.Token, StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 426 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nUpgrade: websocket\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Version: 13\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("UPGRADE_REQUIRED", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protocol_that_is_offered_beside_a_token_in_a_header_is_echoed()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var answer = await AskAsync($"{Complete}X-Device-Session: {device.Token}\r\nSec-WebSocket-Protocol: arduino, mqtt\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Protocol: arduino\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("a\tb")]
    [InlineData("a/b")]
    [InlineData("\u00e4")]
    [InlineData(",")]
    public async Task A_protocol_that_is_no_word_is_not_echoed_and_costs_no_socket(string protocol)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var answer = await AskAsync($"{Complete}X-Device-Session: {device.Token}\r\nSec-WebSocket-Protocol: {protocol}\r\n", until: "connected");
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Protocol", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_greeting_leaves_a_device_time_to_attach_its_listener_unless_it_speaks_first()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var began = Stopwatch.GetTimestamp();
        await using (var listening = await TestLink.OpenAsync(_gateway, device.Token))
        {
            Assert.Equal("connected", TestLink.Type(await listening.HearAsync()));
            Assert.True(Stopwatch.GetElapsedTime(began) >= Greetings.Pause);
        }

        (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"echo"}""")).Is(202);
        await using var speaking = await TestLink.OpenAsync(_gateway, device.Token);
        await speaking.SayAsync("""{"type":"ping"}""");
        string[] heard = [TestLink.Type(await speaking.HearAsync())!, TestLink.Type(await speaking.HearAsync())!,
            TestLink.Type(await speaking.HearAsync())!];
        Assert.Equal("connected", heard[0]);
        Assert.Equal(["command", "pong"], heard[1..].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_frame_to_a_device_stays_below_what_libraries_read_and_a_large_command_stands_once()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        foreach (var (size, stands) in new[] { (15_000, 2), (16_300, 1) })
        {
            var text = new string('x', size);
            (await device.Owner.PostAsync(device.Path + "/commands", $$"""{"command":"echo","parameters":"{{text}}"}""")).Is(202);
            var frame = await link.HearAsync();
            Assert.True(Encoding.UTF8.GetByteCount(frame.GetRawText()) < 32_000);
            Assert.Equal(text, frame.GetProperty("parameters").GetString());
            Assert.Equal((frame.GetProperty("id").GetString(), "echo"),
                (frame.GetProperty("payload").GetProperty("id").GetString(), frame.GetProperty("payload").GetProperty("type").GetString()));
            Assert.Equal(stands == 2, frame.GetProperty("payload").TryGetProperty("parameters", out _));
        }
    }

    [Fact]
    public async Task What_comes_without_a_requestId_is_answered_with_one_of_its_own()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.OpenAsync(_gateway, device.Token);
        Assert.False((await link.HearAsync()).TryGetProperty("requestId", out _)); // Nobody asked: agents in the field read numbers there.
        Assert.Matches("^[0-9a-f]{32}$", (await link.AskAsync("""{"type":"ping"}""")).GetProperty("requestId").GetString());
        Assert.Equal(7, (await link.AskAsync("""{"type":"ping","requestId":7}""")).GetProperty("requestId").GetInt32());
    }

    /// <summary>The head of the answer, and of a refusal the body.</summary>
    /// <param name="until">What an upgrade's answer is read to: by default its head.</param>
    private async Task<string> AskAsync(string headers, string until = "\r\n\r\n")
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _gateway.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"GET /api/v1/device/ws HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"));
        var (bytes, text) = (new byte[8 * 1024], "");
        while (!(text.StartsWith("HTTP/1.1 101", StringComparison.Ordinal)
            ? text.Contains(until, StringComparison.Ordinal) : text.Contains('}', StringComparison.Ordinal)))
        {
            var read = await stream.ReadAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(read > 0, $"The connection ended after {text}");
            text += Encoding.ASCII.GetString(bytes, 0, read);
        }

        return text;
    }
}
