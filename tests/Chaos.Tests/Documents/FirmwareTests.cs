using System.Net;
using System.Net.Sockets;
using System.Text;
using Rollcall.Fleets;
using Rollcall.Processes;

namespace Rollcall.Documents;

/// <summary>The devices of docs/protocol.md, against a gateway.</summary>
public sealed class FirmwareTests(ITestOutputHelper output) : CrashTest(output)
{
    private GatewayProcess? _gateway;

    [Fact]
    public async Task A_device_in_Pythons_standard_library_beats_over_REST_and_says_goodbye()
    {
        Assert.SkipUnless(Example.Has("python3"), "This needs Python 3.");
        var (place, environment) = await BeginAsync();
        var lines = await new Example(place, "device.py").RunAsync("python3", environment);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, (line, number) => Assert.Matches($"^beat {number + 1}: 200, next in [01][.][0-9] s$", line));
        Assert.Equal(("offline", "goodbye", 2L), await FoundAsync(place));
    }

    [Fact]
    public async Task A_device_in_Node_beats_over_the_socket()
    {
        Assert.SkipUnless(Example.Has("node", "npm"), "This needs Node.js with npm.");
        var (place, environment) = await BeginAsync();
        var example = new Example(place, "device-socket.mjs");
        await example.InstallAsync("ws@8");
        var lines = await example.RunAsync("node", environment);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, (line, number) => Assert.Matches($"^beat {number + 1}: stored, next in [0-9]+ ms$", line));
        Assert.Equal(("online", "connected", 1L), await FoundAsync(place));
    }

    [Fact]
    public async Task A_device_in_Python_outlives_what_a_proxy_says_while_the_gateway_is_away()
    {
        Assert.SkipUnless(Example.Has("python3"), "This needs Python 3.");
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var answers = AnswerAsync(
            proxy,
            "HTTP/1.1 503 Unavailable\r\nRetry-After: Sun, 29 Nov 2026 00:00:00 GMT\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>Away</html>",
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 500\r\nConnection: close\r\n\r\n[",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"token\":\"t\",\"expiresIn\":600}",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"nextHeartbeat\":1000}");
        var lines = await new Example(Install(), "device.py").RunAsync("python3", new()
        {
            ["API_URL"] = $"http://{proxy.LocalEndpoint}", ["DEVICE_ID"] = "d", ["DEVICE_SECRET"] = "a secret", ["BEATS"] = "1",
        });
        await answers;
        Assert.Matches("^503: again in [0-2][.][0-9] s$", lines[0]);
        Assert.Matches("^502: again in [0-4][.][0-9] s$", lines[1]);
        Assert.Equal("beat 1: 200, next in 1.0 s", lines[2]);
    }

    private static async Task AnswerAsync(TcpListener listener, params string[] answers)
    {
        foreach (var answer in answers)
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            var asked = "";
            var buffer = new byte[4_096];
            while (!asked.EndsWith('}'))
            {
                asked += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }
    }

    private async Task<(Installation Place, Dictionary<string, string> Environment)> BeginAsync()
    {
        // The device that an embedded gateway knows from the start.
        var place = Install();
        _gateway = await place.StartAsync();
        return (place, new()
        {
            ["API_URL"] = place.Address.ToString(), ["DEVICE_ID"] = "test-device-001", ["DEVICE_SECRET"] = "test-secret-12345", ["BEATS"] = "3",
        });
    }

    private async Task<(string, string?, long)> FoundAsync(Installation place)
    {
        using var portal = Portal.Of(place, _gateway!);
        var device = Assert.Single(await portal.DevicesAsync("test-device-"));
        return (device.Status, device.Reason, device.Seq);
    }
}
