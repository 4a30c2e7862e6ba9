using Rollcall.Running;

namespace Rollcall.Http.Problems;

/// <summary>Clients that break off, and bytes that are no HTTP: no line in the log, no 5xx, and the next one is served.</summary>
public sealed class ClientFaultTests
{
    private const string Json = "Content-Type: application/json\r\n";
    private const string Chunked = "Transfer-Encoding: chunked\r\n";
    private const string Upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    [Fact]
    public async Task A_client_that_breaks_off_is_no_fault_of_ours()
    {
        await using var gateway = await TestGateway.StartAsync();
        var device = await TestDevice.SignedInAsync(gateway);
        using var witness = new Witness(gateway);
        var portal = gateway.PortalToken("owner", device.Customer);
        var cuts = new (string Said, string? Heard)[]
        {
            (Beat(device, Json + "Content-Length: 100\r\n") + "{\"status\"", null),
            (Beat(device, Json + "Content-Length: 100\r\n"), null),
            (Beat(device, Json + Chunked) + "A\r\n{\"sta", null),
            (Beat(device, Json + Chunked) + "5\r\n{    \r\n", null),
            (Beat(device, Json + "Expect: 100-continue\r\nContent-Length: 100\r\n"), "100 Continue"),
            (Beat(device, Json + "Content-Length: 2\r\n") + "{}", null),
            (Post("/api/v1/device/auth", Json + "Content-Length: 100\r\n") + "{", null),
            (Post("/api/v1/device/register", Json + Chunked) + "5\r\n{    \r\n", null),
            (Post("/api/v1/customer/devices", $"Authorization: Bearer {portal}\r\n{Json}Content-Length: 100\r\n") + "{", null),
            (Post($"{device.Path}/commands?wait=30", $"Authorization: Bearer {portal}\r\n{Json}Content-Length: 18\r\n")
                + """{"command":"blow"}""", null),
            ($"GET /reference/scalar.js HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200"),
            ($"GET /api/v1/device/ws HTTP/1.1\r\nHost: x\r\nX-Device-Session: {device.Token}\r\n{Upgrade}\r\n", null),
            ($"GET /api/v1/device/ws HTTP/1.1\r\nHost: x\r\nX-Device-Session: {device.Token}\r\n{Upgrade}\r\n", "101 Switching"),
            ($"GET /api/v1/device/ws HTTP/1.1\r\nHost: x\r\nX-Device-Session: {device.Token}\r\n{Upgrade}\r\n\u0081\u0090ab", "101 Switching"),
            (Post("/hubs/portal/negotiate?negotiateVersion=1", $"Authorization: Bearer {portal}\r\nContent-Length: 100\r\n") + "x", null),
            ($"GET /hubs/portal HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {portal}\r\n{Upgrade}\r\n", null),
            ($"GET /hubs/portal HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {portal}\r\n{Upgrade}\r\n\u0081\u0090ab", "101 Switching"),
        };

        foreach (var (said, heard) in cuts)
        {
            var client = await RawClient.SayingAsync(gateway, said);
            await (heard is null
                ? Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, TestContext.Current.CancellationToken) : client.HearAsync(heard));
            client.Reset();
            (await device.BeatAsync()).Is(200);
        }

        // Of the bodies that never came, each is counted as what it was.
        await Eventually.GetAsync(() => witness.Count(ClientFault.ClosedRequest), closed => closed >= 7);
        await Eventually.GetAsync(
            () => witness.Answers.Count(answer => answer.Route.EndsWith("/commands", StringComparison.Ordinal)),
            ended => ended == 1);
        Assert.DoesNotContain(witness.Answers, answer => answer.Status >= 500);

        // The command was accepted, and is a change by somebody known.
        Assert.Equal("", string.Join('\n', witness.Lines.Where(line => !line.Contains("/commands 202", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Bytes_that_are_no_HTTP_are_the_clients_fault()
    {
        await using var gateway = await TestGateway.StartAsync();
        var device = await TestDevice.SignedInAsync(gateway);
        using var witness = new Witness(gateway);
        var bad = new (string Said, string Status)[]
        {
            (Beat(device, Json + Chunked) + "FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", "400"),
            (Beat(device, Json + Chunked) + "80000000\r\n{}\r\n0\r\n\r\n", "400"),
            (Beat(device, Json + Chunked) + "zz\r\n{}\r\n0\r\n\r\n", "400"),
            (Beat(device, Json + Chunked) + "2\r\n{}xx0\r\n\r\n", "400"),
            (Post("/api/v1/device/auth", Json + Chunked) + "FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", "400"),
            (Beat(device, Json + "Content-Length: x\r\n"), "400"),
            (Beat(device, Json + "Content-Length: -1\r\n"), "400"),
            (Beat(device, Json + "Content-Length: 2\r\nContent-Length: 3\r\n") + "{} ", "400"),
            (Beat(device, Json + "Content-Length: 99999999999999999999\r\n"), "400"),
            (Post("/" + new string('x', 20_000), ""), "414"),
            (Post("/healthz", $"X-Long: {new string('x', 40_000)}\r\n"), "431"),
            (Post("/healthz", string.Concat(Enumerable.Repeat("X-A: b\r\n", 200))), "431"),
            (Post("/healthz", "no colon\r\n"), "400"),
            ("POST /healthz HTTP/1.1\r\n\r\n", "400"),
            ("POST /healthz HTTP/3.9\r\n\r\n", "505"),
            ("GET\r\n\r\n", "400"),
        };
        foreach (var (said, status) in bad)
        {
            using var client = await RawClient.SayingAsync(gateway, said);
            var heard = await client.HearAllAsync();
            Assert.True(heard.StartsWith($"HTTP/1.1 {status}", StringComparison.Ordinal),
                $"{status} expected for {said[..Math.Min(300, said.Length)]}: {heard}");
            (await device.BeatAsync()).Is(200);
        }

        foreach (var bytes in new byte[][] { [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8], [0],
            [0xff, 0xfe, 0xfd, 10, 10], [13, 10, 13, 10] })
        {
            using var client = await RawClient.ConnectAsync(gateway);
            await client.SayAsync(bytes);
            client.Finish();
            await client.HearAllAsync();
            (await device.BeatAsync()).Is(200);
        }

        Assert.DoesNotContain(witness.Answers, answer => answer.Status >= 500);
        Assert.Empty(witness.Lines);
    }

    [Fact]
    public async Task A_bad_chunk_has_a_problem_for_an_answer_and_its_connection_ends()
    {
        await using var gateway = await TestGateway.StartAsync();
        var device = await TestDevice.SignedInAsync(gateway);
        using var witness = new Witness(gateway);
        foreach (var size in new[] { "FFFFFFFFFFFFFFFF", "zz" })
        {
            using var client = await RawClient.SayingAsync(gateway, Beat(device, Json + Chunked) + size + "\r\n{}\r\n0\r\n\r\n");
            var heard = await client.HearAllAsync();
            Assert.StartsWith("HTTP/1.1 400", heard, StringComparison.Ordinal);
            Assert.Contains("\r\nConnection: close\r\n", heard, StringComparison.Ordinal);
            Assert.Contains("\"code\":\"INVALID_REQUEST\"", heard, StringComparison.Ordinal);
        }

        Assert.Equal(2, witness.Count(400));
        Assert.Empty(witness.Lines);
    }

    /// <summary>Kestrel takes a client that closes its half for one that has gone, and may still answer; either is no fault of ours.</summary>
    [Fact]
    public async Task Who_closes_its_half_of_the_connection_is_no_line_and_no_fault()
    {
        await using var gateway = await TestGateway.StartAsync();
        var device = await TestDevice.SignedInAsync(gateway);
        using var witness = new Witness(gateway);
        using var whole = await RawClient.SayingAsync(gateway, Beat(device, Json + "Content-Length: 2\r\n") + "{}");
        whole.Finish();
        Assert.DoesNotContain("HTTP/1.1 5", await whole.HearAllAsync(), StringComparison.Ordinal);

        using var half = await RawClient.SayingAsync(gateway, Beat(device, Json + "Content-Length: 20\r\n") + "{}");
        half.Finish();
        Assert.DoesNotContain("HTTP/1.1 5", await half.HearAllAsync(), StringComparison.Ordinal);
        (await device.BeatAsync()).Is(200);
        Assert.DoesNotContain(witness.Answers, answer => answer.Status >= 500);
        Assert.Empty(witness.Lines);
    }

    [Fact]
    public async Task A_body_that_dribbles_is_408_and_no_line()
    {
        await using var gateway = await TestGateway.StartAsync();
        var device = await TestDevice.SignedInAsync(gateway);
        using var witness = new Witness(gateway);
        using var client = await RawClient.SayingAsync(gateway, Beat(device, Json + "Content-Length: 1000\r\n") + "{");

        // Kestrel gives it five seconds before it asks for 240 bytes a second.
        Assert.StartsWith("HTTP/1.1 408", await client.HearAllAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(witness.Answers, answer => answer.Status >= 500);
        Assert.Empty(witness.Lines);
    }

    private static string Beat(TestDevice device, string headers) =>
        Post("/api/v1/device/heartbeat", $"X-Device-Session: {device.Token}\r\n{headers}");

    private static string Post(string path, string headers) => $"POST {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n";
}
