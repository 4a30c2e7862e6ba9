using System.Net;
using System.Text.Json;
using Rollcall.DeviceAgent.Health;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Tests.Beats;
using Rollcall.DeviceAgent.Tests.Wire;

namespace Rollcall.DeviceAgent.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public void Is_failing_when_no_beat_was_accepted_for_three_intervals()
    {
        using var bench = new DeviceBench();
        var report = new AgentHealth([bench.Device], bench.Clock);
        bench.Start();
        Assert.Equal(("ok", 1, "2026-01-01T00:00:00.000Z"), (report.Now().Status, report.Now().HeartbeatCount, report.Now().LastHeartbeat));

        bench.Gateway.Answer = _ => StubGateway.Problem(503, "UNAVAILABLE");
        bench.Pass(90);
        Assert.Equal("ok", report.Now().Status);
        bench.Pass(0.1);
        Assert.Equal(("failing", 0), (report.Now().Status, report.Now().Online));
        Assert.True(report.Now().HeartbeatErrors > 0);

        bench.Gateway.Answer = StubGateway.Friendly;
        bench.Pass(120);
        Assert.Equal(("ok", 1), (report.Now().Status, report.Now().Online));
    }

    [Theory]
    [InlineData("ok", HttpStatusCode.OK)]
    [InlineData("failing", HttpStatusCode.ServiceUnavailable)]
    public async Task Answers_with_the_contracts_members(string status, HttpStatusCode code)
    {
        using var endpoint = Open(0, new HealthPage(status, 5, 4, 3, "disconnected", null, 1, 1))!;
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"http://localhost:{endpoint.Port}/health?x=1");
        Assert.Equal(code, answer.StatusCode);
        using var page = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(
            ["status", "uptime", "heartbeatCount", "heartbeatErrors", "websocket", "lastHeartbeat", "devices", "online"],
            page.RootElement.EnumerateObject().Select(member => member.Name));
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"http://localhost:{endpoint.Port}/health"));
        Assert.Equal((code, 0), (head.StatusCode, (await head.Content.ReadAsByteArrayAsync()).Length));
        using var other = await http.GetAsync($"http://localhost:{endpoint.Port}/");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public void A_port_in_use_costs_a_warning()
    {
        var page = new HealthPage("ok", 0, 0, 0, "disconnected", null, 1, 1);
        using var first = Open(0, page)!;
        var output = new StringWriter();
        Assert.Null(HealthEndpoint.Open(IPAddress.Loopback, first.Port, () => page, TimeProvider.System,
            new Log(LogLevel.Info, output, output, TimeProvider.System)));
        Assert.Contains("HEALTH_PORT", output.ToString(), StringComparison.Ordinal);
    }

    private static HealthEndpoint? Open(int port, HealthPage page) =>
        HealthEndpoint.Open(IPAddress.Loopback, port, () => page, TimeProvider.System,
            new Log(LogLevel.Error, TextWriter.Null, TextWriter.Null, TimeProvider.System));
}
