using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Rollcall.Running;
using Rollcall.Support.Http;
using Rollcall.Support.Rolls;

namespace Rollcall.Together;

/// <summary>The import's own program beside a cluster that serves.</summary>
public sealed class ImportTests(SharedCluster shared, ITestOutputHelper output)
{
    private const int Devices = 1_200;
    private const string Prefix = "imported-";

    [Fact]
    public async Task Imported_devices_are_seen_by_an_open_portal_sign_in_and_are_hashed_slowly_afterwards()
    {
        var cluster = await shared.WholeAsync();
        await using var hub = new HubConnectionBuilder().WithUrl(new Uri(cluster.Gateways[0].Address, "hubs/portal"), options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            options.AccessTokenProvider = () => Task.FromResult<string?>(PortalToken.Of("viewer", Cluster.Customer));
        }).Build();
        var told = 0;
        hub.On<JsonElement>("device_registered", device =>
        {
            if (device.GetProperty("deviceId").GetString()!.StartsWith(Prefix, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref told);
            }
        });
        await hub.StartAsync(TestContext.Current.CancellationToken);
        await hub.InvokeAsync<JsonElement>("Watch", new { q = Prefix }, TestContext.Current.CancellationToken);

        using var folder = new TemporaryFolder();
        var file = folder["devices.csv"];
        await File.WriteAllLinesAsync(file, Lines(), TestContext.Current.CancellationToken);
        var import = cluster.RunTool("devices", "import", file, "--customer", Cluster.Customer);
        Assert.True(await import.ExitCodeAsync(TimeSpan.FromSeconds(60)) == 0, import.Said);
        output.WriteLine(import.Said);
        await Eventually.IsSoAsync(() => told == Devices, TimeSpan.FromSeconds(20), () => $"the portal is told of {Devices}, not {told}");

        var again = cluster.RunTool("devices", "import", file, "--customer", Cluster.Customer);
        Assert.True(await again.ExitCodeAsync(TimeSpan.FromSeconds(60)) == 0, again.Said);
        Assert.Contains("0 new, 0 changed, 1,200 unchanged, 0 refused.", again.Said, StringComparison.Ordinal);

        using var gateway = new HttpClient { BaseAddress = cluster.Gateways[1].Address };
        foreach (var number in new[] { 0, 1, 2, Devices - 1 })
        {
            using var answer = await gateway.PostAsJsonAsync(
                "api/v1/device/auth", new { deviceId = Id(number), deviceSecret = Secret(number) }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        // Two of three are weak until a silo has hashed them slowly, beside everything else.
        await Eventually.IsSoAsync(
            () => cluster.Roll.Weak(Prefix) == 0, TimeSpan.FromSeconds(120), () => $"no secret is weak; {cluster.Roll.Weak(Prefix)} are");
    }

    private static IEnumerable<string> Lines() => Enumerable.Range(0, Devices)
        .Select(number => (number % 3) switch
        {
            0 => $"{Id(number)},{Secret(number)},",
            1 => $"{Id(number)},{Secret(number)},",
            _ => $"{Id(number)},,sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret(number))))}",
        }).Prepend("id,secret,hash");

    private static string Id(int number) => Prefix + number.ToString("0000", CultureInfo.InvariantCulture);

    private static string Secret(int number) => number % 3 == 0 ? $"0123456789abcdef0123456789abcdef{number:x8}" : $"chosen {number}";
}
