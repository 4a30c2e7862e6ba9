using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rollcall.Auth;
using Rollcall.Running;

namespace Rollcall.Http;

/// <summary>HEAD is a GET without its body, wherever there is one.</summary>
public sealed class HeadTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Reads =>
        [.. AccessTable.Rows.Select(row => row.Endpoint).Where(endpoint => endpoint.StartsWith("GET ", StringComparison.Ordinal))];

    [Fact]
    public void Whoever_takes_GET_takes_HEAD() => Assert.All(
        _gateway.AllEndpoints.Where(endpoint => !endpoint.IsHub && endpoint.Methods.Contains("GET")),
        endpoint => Assert.True(endpoint.Methods.Contains("HEAD"), endpoint.Pattern));

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task It_is_answered_as_GET_is(string endpoint)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var caller = endpoint.Contains("/device/", StringComparison.Ordinal) ? device.Self : device.Owner;
        var path = endpoint[4..].Replace("{documentName?}", "", StringComparison.Ordinal).Replace("{commandId}", "none", StringComparison.Ordinal)
            .Replace("{id}", device.Id, StringComparison.Ordinal);
        var (get, head) = (await caller.SendUncheckedAsync("GET", path), await caller.SendUncheckedAsync("HEAD", path));
        Assert.Equal(get.Status, head.Status);
        Assert.Equal(0, head.Length);
        Assert.Equal(get["ETag"], head["ETag"]);
        Assert.Equal(get["Content-Type"], head["Content-Type"]);
        Assert.True(get["Content-Length"] is null || head["Content-Length"] is { } length && int.Parse(length, CultureInfo.InvariantCulture) > 0);
    }

    [Theory]
    [InlineData("/api/v1/device/heartbeat")]
    [InlineData("/api/v1/customer/enrolment-keys/x")]
    public async Task Where_there_is_no_GET_there_is_no_HEAD(string path) =>
        Assert.Equal(405, (await _gateway.Nobody.SendUncheckedAsync("HEAD", path)).Status);

    [Fact]
    public async Task The_ports_of_probes_and_of_metrics_take_it_too()
    {
        var (health, metrics) = (FreePort(), FreePort());
        await using var gateway = await TestGateway.StartAsync(
            ("HEALTH_PORT", health.ToString(CultureInfo.InvariantCulture)), ("METRICS_PORT", metrics.ToString(CultureInfo.InvariantCulture)));
        using var http = new HttpClient();
        foreach (var address in new[] { $"{health}/healthz", $"{health}/readyz", $"{health}/health", $"{metrics}/metrics" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, $"http://127.0.0.1:{address}");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
