using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Rollcall.Processes;
using Rollcall.Running;

namespace Rollcall.Together;

/// <summary>The first beat after a start.</summary>
public sealed class WarmStartTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Of a machine that has much else to do. bench/Load measures it where nothing else runs.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_gateway_that_starts_without_silos_opens_its_port_and_is_ready_when_the_path_of_a_beat_is_warm()
    {
        var cluster = await shared.WholeAsync();
        var device = (await cluster.AddDevicesAsync(1, "early-"))[0];
        var gateway = cluster.Gateways[1];
        using var http = new HttpClient { BaseAddress = gateway.Address };
        using var signIn = await http.PostAsJsonAsync("api/v1/device/auth", new { deviceId = device.Id, deviceSecret = device.Secret });
        var token = (await signIn.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        await Task.WhenAll([gateway.KillAsync(), .. cluster.Silos.Select(silo => silo.KillAsync())]);

        var alone = cluster.LaunchGateway(gateway);
        await Eventually.IsSoAsync(async () => await StatusAsync(http) == HttpStatusCode.ServiceUnavailable, Patience, () => alone.Said);

        // Who calls all the same is told that it is our fault.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await BeatAsync(http, token)).Status);

        await cluster.StartAllAsync();
        await Eventually.IsSoAsync(async () => await StatusAsync(http) == HttpStatusCode.OK, Patience, () => alone.Said);
        Assert.Equal(0, (await Cluster.ReadAsync("rollcall_beats_total", cluster.Silos)).Sum());
        Assert.Equal(0, (await Cluster.ReadAsync("rollcall_link_frames_total", [gateway])).Sum());

        var (status, took) = await BeatAsync(http, token);
        output.WriteLine($"first beat: {took.TotalMilliseconds:F0} ms");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(took < Prompt, $"{took}");
        Assert.DoesNotContain(cluster.Roll.Devices(), row => row.Id.StartsWith('~'));
        Assert.DoesNotContain("~", alone.Said, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient gateway)
    {
        try
        {
            using var answer = await gateway.GetAsync(new Uri("readyz", UriKind.Relative));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<(HttpStatusCode Status, TimeSpan Took)> BeatAsync(HttpClient gateway, string token)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/device/heartbeat");
        request.Headers.Add("X-Device-Session", token);
        using var answer = await gateway.SendAsync(request);
        return (answer.StatusCode, System.Diagnostics.Stopwatch.GetElapsedTime(began));
    }
}
