using System.Diagnostics;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;

namespace Rollcall.Demo;

public sealed class DemoTests(ITestOutputHelper output) : CrashTest(output)
{
    private const string Prefix = "demo-";
    private const int Devices = 5;

    /// <summary>Of a machine that does much else, too. How fast it is without is measured in starts of the gateway.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_demo_is_online_in_seconds_goes_offline_when_its_agent_is_killed_and_comes_back_by_the_printed_command()
    {
        var place = Install(Devices);
        var gateway = await place.StartAsync();
        Assert.Equal(
            1, gateway.Process.Output.Count(line => line.StartsWith($"Portal: http://localhost:{place.Port}/#token=", StringComparison.Ordinal)));
        using var portal = Portal.Of(place, gateway);
        await ThePageIsThere(place.Port);
        await portal.AllAreAsync("online", Prefix, Devices, Soon);
        var age = gateway.Process.Age.Elapsed;
        Output.WriteLine(
            $"Portal line after {gateway.StartTime.TotalSeconds:0.00} s, {Devices} devices online "
                + $"after {age.TotalSeconds:0.00} s");
        Assert.True(age < (3 * gateway.StartTime) + TimeSpan.FromSeconds(2), $"The gateway took {gateway.StartTime}, with its devices {age}.");

        var demo = await DemoFleetProcess.OfAsync(gateway);
        await KilledItIsOffline(place, portal, demo);

        Assert.Equal($"http://localhost:{place.Port}", demo.Address);
        place.RunAgent(new() { ["STATE_DIR"] = demo.State }, demo.Arguments);
        var back = await portal.AllAreAsync("online", Prefix, Devices, Soon);
        Output.WriteLine($"Back online {back.TotalSeconds:0.00} s after the printed command");
        foreach (var device in await portal.DevicesAsync(Prefix))
        {
            Assert.Equal([1L, 2, 3], (await portal.EventsAsync(device.DeviceId)).Select(one => one.Seq));
        }

        Assert.Empty(gateway.Faults);
    }

    private static async Task ThePageIsThere(int port)
    {
        using var http = new HttpClient();
        using var page = await http.GetAsync(new Uri($"http://localhost:{port}/"));
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("script-src 'self' 'wasm-unsafe-eval'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        using var program = await http.GetAsync(new Uri($"http://localhost:{port}/_framework/blazor.webassembly.js"));
        Assert.Equal(System.Net.HttpStatusCode.OK, program.StatusCode);
    }

    [Fact]
    public async Task Kill_9_of_the_gateway_ends_its_demo_fleet_and_the_roll_goes_on_after_a_restart()
    {
        var place = Install(Devices);
        var gateway = await place.StartAsync();
        using var before = Portal.Of(place, gateway);
        await before.AllAreAsync("online", Prefix, Devices, Soon);
        var demo = await DemoFleetProcess.OfAsync(gateway);

        await gateway.Process.KillAsync();
        var lingered = await Eventually.IsSoAsync(() => !Signals.Lives(demo.Id), Soon, () => $"agent {demo.Id} is dead");
        var restarting = Stopwatch.StartNew();

        // The link printed by the first run still opens the portal of the second.
        gateway = await place.StartAsync();
        await before.AllAreAsync("online", Prefix, Devices, Soon);
        Output.WriteLine(
            $"Agent dead {lingered.TotalSeconds:0.00} s after its gateway; fleet shown online {restarting.Elapsed.TotalSeconds:0.00} s after the "
                + "restart began");
        Assert.All(await before.DevicesAsync(Prefix), device => Assert.Equal(1, device.Seq));

        var again = await DemoFleetProcess.OfAsync(gateway);
        Assert.NotEqual(demo.Id, again.Id);
        await KilledItIsOffline(place, before, again);
    }

    private static async Task KilledItIsOffline(Installation place, Portal portal, DemoFleetProcess demo)
    {
        var killed = TimeProvider.System.GetUtcNow();
        Assert.True(Signals.Kill(demo.Id));
        await portal.AllAreAsync("offline", Prefix, Devices, place.Timeout + Soon);

        foreach (var device in await portal.DevicesAsync(Prefix))
        {
            var last = (await portal.EventsAsync(device.DeviceId))[^1];
            Assert.Equal("heartbeat_timeout", last.Reason);
            Assert.Equal(2, last.Seq);
            Assert.InRange(last.At, killed, killed + place.Timeout + TimeSpan.FromSeconds(10));
        }

        Assert.Empty(Signals.WithArgument(demo.Arguments[^1]));
    }
}
