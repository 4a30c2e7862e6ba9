using System.Globalization;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;

namespace Rollcall.Starting;

public sealed class ToolTests(ITestOutputHelper output) : CrashTest(output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Seeded_devices_come_online_as_a_fleet_and_a_printed_token_shows_them()
    {
        const int Devices = 50;
        var place = Install();
        var file = await place.SeedAsync(Devices);
        var token = await TokenAsync(place);
        await place.StartAsync();

        var fleet = place.RunAgent([], "fleet", "--count", Devices.ToString(CultureInfo.InvariantCulture), "--credentials", file);
        using var portal = new Portal(place.Address, token);
        var took = await portal.AllAreAsync("online", "device-", Devices, Soon);
        Output.WriteLine($"{Devices} devices online {took.TotalSeconds:0.00} s after their fleet's start");

        Signals.Terminate(fleet.Id);
        Assert.Equal(0, await fleet.ExitCodeAsync(Soon));
        Assert.All(await portal.DevicesAsync("device-"),
            device => Assert.Equal(("offline", "goodbye", 2), (device.Status, device.Reason, device.Seq)));
    }

    [Fact]
    public async Task The_probe_walks_the_way_of_a_device_and_advises_when_the_secret_is_wrong()
    {
        var place = Install();
        await place.StartAsync();
        var token = await TokenAsync(place);

        // One after the other: each is the same device, and the newest session wins.
        await AllOk(place.RunAgent([], "probe"));
        await AllOk(place.RunAgent(new Dictionary<string, string> { ["PORTAL_TOKEN"] = token }, "probe"));

        var wrong =
            place.RunAgent(new Dictionary<string, string> { ["DEVICE_ID"] = "test-device-001", ["DEVICE_SECRET"] = "not-its-secret" }, "probe");
        Assert.Equal(1, await wrong.ExitCodeAsync(Soon));
        Assert.Contains(wrong.Output, line =>
            line.StartsWith("FAILED  authentication", StringComparison.Ordinal) && line.Contains("401", StringComparison.Ordinal));
        Assert.Contains(wrong.Output, line => line.Contains("Check DEVICE_ID and DEVICE_SECRET", StringComparison.Ordinal));
    }

    private async Task AllOk(Child probe)
    {
        var code = await probe.ExitCodeAsync(Soon);
        Output.WriteLine(probe.Said);
        Assert.Equal(0, code);
        Assert.Equal(5, probe.Output.Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
        Assert.DoesNotContain("FAILED", probe.Said, StringComparison.Ordinal);
        Assert.Empty(probe.Errors);
    }

    /// <summary>Also while the gateway runs: only its key is read.</summary>
    private static async Task<string> TokenAsync(Installation place)
    {
        var command = place.Run("portal-token");
        Assert.Equal(0, await command.ExitCodeAsync(Soon));
        return Assert.Single(command.Output);
    }
}
