using System.Diagnostics;
using System.Net;
using Rollcall.Running;
using Rollcall.Support.Http;
using Rollcall.Support.Rolls;

namespace Rollcall.Together;

/// <summary>The first beat after a start.</summary>
public sealed class WarmStartTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Of a machine that has much else to do. bench/Load measures it where nothing else runs.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_gateway_that_starts_without_silos_opens_its_port_and_is_ready_when_the_path_of_a_beat_is_warm()
    {
        var cluster = await shared.WholeAsync();
        var gateway = cluster.Gateways[1];
        using var http = new HttpClient { BaseAddress = gateway.Address };
        var nobody = new Caller(http, gateway.Address);
        var device = (await cluster.AddDevicesAsync(1, "early-"))[0].At(gateway.Address).At(nobody, nobody);
        (await device.SignInAsync()).Is(200);
        await Task.WhenAll([gateway.KillAsync(), .. cluster.Silos.Select(silo => silo.KillAsync())]);

        var alone = cluster.LaunchGateway(gateway);
        await Eventually.IsSoAsync(async () => await StatusAsync(http) == HttpStatusCode.ServiceUnavailable, Patience, () => alone.Said);

        // Who calls all the same is told that it is our fault.
        (await device.BeatAsync()).Is(503);

        await cluster.StartAllAsync();
        await Eventually.IsSoAsync(async () => await StatusAsync(http) == HttpStatusCode.OK, Patience, () => alone.Said);
        Assert.Equal(0, (await Cluster.ReadAsync("rollcall_beats_total", cluster.Silos)).Sum());
        Assert.Equal(0, (await Cluster.ReadAsync("rollcall_link_frames_total", [gateway])).Sum());

        var began = Stopwatch.GetTimestamp();
        var beat = await device.BeatAsync();
        var took = Stopwatch.GetElapsedTime(began);
        output.WriteLine($"first beat: {took.TotalMilliseconds:F0} ms");
        beat.Is(200);
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
}
