using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Probe;
using Rollcall.DeviceAgent.Settings;
using Rollcall.DeviceAgent.Tests.Settings;
using Rollcall.DeviceAgent.Tests.Wire;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Tests.Probe;

public sealed class ProbeWalkTests : IDisposable
{
    private const string Seen = "2026-01-01T00:00:00.000Z";
    private readonly StubGateway _gateway = new();
    private readonly StringWriter _output = new();

    [Theory]
    [InlineData("""{"status":"online","lastSeen":"2026-01-01T00:00:00.000Z"}""", true)]
    [InlineData("""{"status":"online","lastSeen":"2026-01-01T00:00:09.000Z"}""", true)]
    [InlineData("""{"status":"online","lastSeen":"2025-12-31T23:59:59.999Z"}""", false)]
    [InlineData("""{"status":"offline","lastSeen":"2026-01-01T00:00:00.000Z"}""", false)]
    [InlineData("""{"status":"online","lastSeen":null}""", false)]
    [InlineData("""{}""", false)]
    public async Task With_a_portal_token_the_portal_must_show_the_beat(string device, bool fine)
    {
        _gateway.Answer = call => call.Path == "/api/v1/customer/devices/d-1" ? StubGateway.Json(200, device) : StubGateway.Friendly(call);
        Assert.Equal(fine, await WalkAsync("portal-token"));
        Assert.DoesNotContain("skipped", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal("portal-token", _gateway.Calls.Single(call => call.Path.Contains("customer", StringComparison.Ordinal)).Token);
        Assert.Equal(("DELETE", "/api/v1/device/session"), (_gateway.Calls[^1].Method, _gateway.Calls[^1].Path));
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00.001Z", 200, true)]
    [InlineData(Seen, 200, false)]
    [InlineData("2026-01-01T00:00:00.001Z", 202, false)]
    public async Task Without_one_a_second_beat_must_be_stored_later(string second, int status, bool fine)
    {
        _gateway.Answer = call => _gateway.Beats == 2 && call.Path.EndsWith("heartbeat", StringComparison.Ordinal)
            ? StubGateway.Beat(status: status, at: second)
            : StubGateway.Friendly(call);
        Assert.Equal(fine, await WalkAsync(null));
        Assert.Equal(fine, _output.ToString().Contains("portal-token", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/healthz", 502, null, "GET /readyz", 1)]
    [InlineData("/api/v1/device/auth", 401, "INVALID_CREDENTIALS", "Check DEVICE_ID and DEVICE_SECRET", 2)]
    [InlineData("/api/v1/device/auth", 403, "DEVICE_DISABLED", "disabled", 2)]
    [InlineData("/api/v1/device/auth", 403, "DEVICE_MAINTENANCE", "maintenance", 2)]
    [InlineData("/api/v1/device/auth", 429, "RATE_LIMITED", "wait", 2)]
    [InlineData("/api/v1/device/heartbeat", 503, "UNAVAILABLE", "GET /readyz", 4)]
    [InlineData("/api/v1/device/heartbeat", 401, "SESSION_SUPERSEDED", "Another agent", 4)]
    public async Task The_first_failure_ends_the_walk_and_says_what_to_do(string path, int status, string? code, string advice, int calls)
    {
        _gateway.Answer = call => call.Path == path ? StubGateway.Problem(status, code ?? "") : StubGateway.Friendly(call);
        Assert.False(await WalkAsync(null));
        Assert.Contains(advice, _output.ToString(), StringComparison.Ordinal);
        Assert.Single(_output.ToString().Split('\n'), line => line.StartsWith("FAILED", StringComparison.Ordinal));
        Assert.Equal(calls, _gateway.Calls.Count);
    }

    [Fact]
    public void Says_when_it_uses_the_demo_device()
    {
        Assert.Equal("test-device-001", ProbeCommand.Choose(AgentSettingsTests.Read(), Report()).DeviceId);
        Assert.Contains("demo device", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_an_identity_is_refused() => Assert.StartsWith(
        "DEVICE_SECRET",
        Assert.Throws<SettingsException>(() => ProbeCommand.Choose(AgentSettingsTests.Read(("DEVICE_ID", "a")), Report())).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, "is the gateway running")]
    [InlineData(HttpRequestError.NameResolutionError, "spelling")]
    [InlineData(HttpRequestError.SecureConnectionError, "certificate")]
    [InlineData(HttpRequestError.InvalidResponse, "does not answer as a gateway would")]
    public void Knows_what_silence_means(HttpRequestError trouble, string advice) =>
        Assert.Contains(advice, ProbeAdvice.For(Answer.None("x", trouble), StubGateway.ApiUrl), StringComparison.Ordinal);

    public void Dispose()
    {
        _gateway.Dispose();
        _output.Dispose();
    }

    private ProbeReport Report() => new(_output, TimeProvider.System);

    private Task<bool> WalkAsync(string? portalToken) =>
        new ProbeWalk(_gateway.Client(TimeProvider.System), new DeviceKey("d-1", "device-secret"), portalToken, Report(), TimeProvider.System)
            .WalkAsync(CancellationToken.None);
}
