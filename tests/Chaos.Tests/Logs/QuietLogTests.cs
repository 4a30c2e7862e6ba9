using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Rollcall.Support.Http;

namespace Rollcall.Logs;

/// <summary>What others do wrong leaves no line: who could write one could fill the disk.</summary>
public sealed class QuietLogTests(ITestOutputHelper output) : CrashTest(output)
{
    private const string Unknown = "eyJhbGciOiJIUzI1NiIsImtpZCI6InVua25vd24ifQ.e30.AAAA";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Only_what_a_signed_in_user_changes_is_a_line()
    {
        var place = Install();
        place.Settings["PORTAL_JWT_KEY"] = PortalToken.KeySetting;
        var gateway = await place.StartAsync();
        var (owner, viewer) = (PortalToken.Of("owner"), PortalToken.Of("viewer"));
        using var http = new HttpClient { BaseAddress = place.Address };
        await gateway.Process.SaysAsync("Connections: ", Soon); // The last line of a start.
        var before = gateway.Process.Output.Count + gateway.Process.Errors.Count;

        foreach (var token in new[] { null, "", "garbage", "a.b.c", Unknown, viewer[..^4] + "AAAA", "eyJhbGciOiJub25lIn0.e30." })
        {
            await SendAsync(http, "POST", "api/v1/customer/devices", token);
            await SendAsync(http, "POST", "API/v1/customer/devices", token);
            await SendAsync(http, "DELETE", "api/v1/customer/devices/%0A%1B[2J" + new string('x', 2_000), token);
            await SendAsync(http, "GET", "api/v1/customer/devices", token);
            await SendAsync(http, "POST", "api/v1/device/heartbeat", token);
            await SendAsync(http, "POST", "hubs/portal/negotiate?negotiateVersion=1", token);
            await SendAsync(http, "GET", "api/v1/device/ws", token);
        }

        await SendAsync(http, "POST", "api/v1/customer/devices", viewer);
        await SendAsync(http, "PATCH", "api/v1/customer/devices/nobody", owner);
        await SendAsync(http, "DELETE", "api/v1/customer/devices/nobody", owner);
        foreach (var body in new[] { "{", "null", "[]", """{"deviceId":7}""", """{"deviceId":"a","deviceSecret":"b"}""", new string('[', 10_000) })
        {
            await SendAsync(http, "POST", "api/v1/device/auth", null, body);
            await SendAsync(http, "POST", "api/v1/device/register", null, body);
        }

        await SayAsync(place.Port, "nonsense\r\n\r\n");
        await SayAsync(place.Port, "POST /api/v1/device/auth HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n");
        await SayAsync(
            place.Port,
            "GET /api/v1/device/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
                + "7\r\nSec-WebSocket-Key: a\r\n\r\n");
        foreach (var hello in new[] { "no handshake\u001e", "{\"protocol\":\"none\",\"version\":99}\u001e",
            "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"target\":\"Nothing\",\"arguments\":[]}\u001e"
                    + "{\"type\":1,\"target\":\"Watch\",\"arguments\":7}\u001e no json\u001e" })
        {
            await GreetAsync(place.Port, viewer, hello);
        }

        await SendAsync(http, "POST", "API/v1/customer/devices", owner, """{"deviceId":"lamp"}""");
        await gateway.Process.SaysAsync("POST /API/v1/customer/devices 201 of demo by owner [", Soon);
        string[] said = [.. gateway.Process.Output.Concat(gateway.Process.Errors).Skip(before)];
        Assert.True(said.Length == 1, string.Join('\n', said));
    }

    private static async Task SendAsync(HttpClient http, string method, string path, string? token, string body = "{}")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method),
            new Uri(path, UriKind.Relative)) { Content = method == "GET" ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        using var answer = await http.SendAsync(request);
    }

    /// <summary>Says it, hears the answer out or not at all, and breaks the connection.</summary>
    private static async Task SayAsync(int port, string text)
    {
        using var socket = new TcpClient("127.0.0.1", port) { LingerState = new LingerOption(enable: true, seconds: 0) };
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
        await socket.GetStream().ReadAtLeastAsync(new byte[512], 1, throwOnEndOfStream: false);
    }

    private static async Task GreetAsync(int port, string token, string hello)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/hubs/portal?access_token={token}"), CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes(hello), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var buffer = new byte[1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer, patience.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException)
        {
            // It was cut, or stays open.
        }
    }
}
