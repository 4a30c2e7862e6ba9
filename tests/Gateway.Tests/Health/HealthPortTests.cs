using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Connections;
using Rollcall.Running;

namespace Rollcall.Health;

public sealed class HealthPortTests
{
    [Theory]
    [InlineData("PORT")]
    [InlineData("METRICS_PORT")]
    public async Task It_is_a_port_of_its_own(string other)
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(
            () => TestGateway.CreateAsync(folder.Path, (other, "3902"), ("HEALTH_PORT", "3902")));
        Assert.StartsWith($"HEALTH_PORT must not be {other}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_serves_the_probes_and_nothing_else_also_when_PORT_is_full()
    {
        var port = FreePort();
        await using var gateway = await TestGateway.StartAsync(("HEALTH_PORT", port.ToString(CultureInfo.InvariantCulture)), ("CONNECTIONS", "16"));
        var device = await TestDevice.SignedInAsync(gateway);
        // One place is held by the connection over which the device was made.
        var known = new List<RawClient>();
        while (known.Count < 24)
        {
            var client = await RawClient.ConnectAsync(gateway);
            known.Add(client);
            try
            {
                await client.AskAsync(RawClient.Beat(device.Token));
            }
            catch (IOException)
            {
                // It was not let in.
            }
            catch (InvalidOperationException)
            {
                // Nor was this one.
            }
        }

        var door = gateway.Services.GetServices<ConnectionBook>().Single(book => book.Door == "PORT");
        Assert.InRange(door.Refused + door.Displaced + door.Yielded, 4, known.Count);
        using var probe = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        foreach (var (path, status) in new[]
        {
            ("/healthz", 200), ("/readyz", 200), ("/health", 200), ("/version", 404), ("/", 404), ("/openapi/v1.json", 404),
            ("/api/v1/customer/devices", 404), ("/metrics", 404),
        })
        {
            Assert.Equal(status, (int)(await probe.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        }

        known.ForEach(one => one.Dispose());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
