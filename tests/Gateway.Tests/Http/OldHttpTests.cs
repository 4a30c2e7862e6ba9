using System.Net.Sockets;
using System.Text;
using Rollcall.Running;

namespace Rollcall.Http;

/// <summary>Requests over HTTP/1.0, as nginx sends them unless it is told otherwise, byte by byte.</summary>
public sealed class OldHttpTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("HTTP/1.0", "")]
    [InlineData("HTTP/1.0", "Content-Length: 0\r\n")]
    [InlineData("HTTP/1.1", "")]
    [InlineData("HTTP/1.1", "Content-Length: 0\r\n")]
    public async Task A_beat_without_a_body_is_stored_whatever_it_says_of_its_length(string version, string length)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var answer = await AskAsync(
            $"POST /api/v1/device/heartbeat {version}\r\nHost: x\r\nX-Device-Session: {device.Token}\r\n{length}Connection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"stored\":true", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_beat_with_a_body_keeps_it()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        const string Body = """{"status":"degraded"}""";
        var answer = await AskAsync(
            $"POST /api/v1/device/heartbeat HTTP/1.0\r\nHost: x\r\nX-Device-Session: {device.Token}\r\ncontent-type: "
                + $"application/json\r\ncontent-length: {Body.Length}\r\n\r\n{Body}");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Equal("degraded", (await device.ReadAsync()).GetProperty("health").GetString());
    }

    [Theory]
    [InlineData("POST", "/api/v1/device/auth", 400, "INVALID_REQUEST")]
    [InlineData("POST", "/api/v1/device/heartbeat", 401, "INVALID_SESSION")]
    [InlineData("PUT", "/api/v1/device/heartbeat", 405, "METHOD_NOT_ALLOWED")]
    public async Task A_refusal_has_its_body(string method, string path, int status, string code)
    {
        var answer = await AskAsync($"{method} {path} HTTP/1.0\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_may_come_in_pieces()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var answer = await AskAsync(
            "P", "OST /api/v1/device/heartb", "eat HTTP/1.0\r", $"\nX-Device-Session: {device.Token}", "\r\nX-Content-Length: 3\r\n", "\r", "\n");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sent_after_it_is_no_body_of_it()
    {
        var answer = await AskAsync("POST /api/v1/device/auth HTTP/1.0\r\nContent-Type: application/json\r\n\r\n{\"deviceId\":\"a\"}");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("deviceSecret", answer, StringComparison.Ordinal);
        Assert.Equal(1, Count(answer, "HTTP/1.1"));
    }

    [Fact]
    public async Task One_connection_of_HTTP_1_1_carries_many()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var beat = $"POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: x\r\nX-Device-Session: {device.Token}\r\n";
        var answer = await AskAsync($"{beat}\r\n{beat}\r\n", $"{beat}Connection: close\r\n\r\n");
        Assert.Equal(3, Count(answer, "HTTP/1.1 200"));
    }

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    /// <summary>Sends the pieces one after the other, and reads until the server ends the connection.</summary>
    private async Task<string> AskAsync(params string[] pieces)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(_gateway.Address.Host, _gateway.Address.Port);
        var stream = client.GetStream();
        foreach (var piece in pieces)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(piece));
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await reader.ReadToEndAsync(patience.Token);
    }
}
