using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Rollcall.Running;

namespace Rollcall.Measuring;

public sealed class MetricsPortTests(SharedGateway shared)
{
    [Fact]
    public async Task Nothing_is_collected_and_nothing_served_unless_it_is_asked_for()
    {
        (await shared.Gateway.Nobody.GetAsync("/metrics")).Is(404);
        Assert.Null(shared.Gateway.Services.GetService<MeterProvider>());
        Assert.Null(shared.Gateway.Services.GetService<TracerProvider>());
    }

    [Fact]
    public async Task It_serves_metrics_and_nothing_else_and_PORT_serves_none()
    {
        var port = FreePort();
        await using var gateway = await TestGateway.StartAsync(("METRICS_PORT", port.ToString(CultureInfo.InvariantCulture)));
        var device = await TestDevice.SignedInAsync(gateway);
        (await device.BeatAsync()).Is(200);

        using var prometheus = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var page = await prometheus.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        // Other gateways of this process are in it too: what moved is above nothing.
        Assert.Matches("""(?m)^rollcall_beats_total\{[^}]*outcome="stored"[^}]*\} [1-9]""", page);
        Assert.Matches("""(?m)^rollcall_transitions_total\{[^}]*reason="heartbeat",to="online"[^}]*\} [1-9]""", page);
        Assert.Matches("""(?m)^rollcall_sign_ins_total\{[^}]*outcome="accepted"[^}]*\} [1-9]""", page);
        foreach (var name in new[]
        {
            "rollcall_twins", "rollcall_store_away", "rollcall_gateways", "rollcall_gateways_in_doubt", "rollcall_gateways_losses_total",
            "rollcall_journal_waiting", "rollcall_bcrypt_waiting", "rollcall_journal_records_total",
            "rollcall_journal_flush_size_bucket", "rollcall_journal_flush_duration_seconds_bucket", "rollcall_portals",
            "http_server_request_duration_seconds_bucket",
        })
        {
            Assert.Contains("\n" + name + "{", page, StringComparison.Ordinal);
        }

        foreach (var path in new[] { "/", "/healthz", "/api/v1/customer/devices", "/openapi/v1.json" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await prometheus.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        }

        (await gateway.Nobody.With("Host", $"localhost:{port}").GetAsync("/metrics")).Is(404);
        Assert.All(gateway.Addresses, address => Assert.True(new Uri(address).IsLoopback, address));
    }

    [Fact]
    public async Task It_is_not_PORT()
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(
            () => TestGateway.CreateAsync(folder.Path, ("PORT", "3901"), ("METRICS_PORT", "3901")));
        Assert.StartsWith("METRICS_PORT ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_by_its_name()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(folder.Path, ("METRICS_PORT", port)));
        Assert.StartsWith("METRICS_PORT ", refused.Message, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
