using System.Text.RegularExpressions;

namespace Rollcall.Documents;

/// <summary>docs/portal-example.mjs in Node, with the package from npm, against a gateway.</summary>
public sealed partial class PortalExampleTests(ITestOutputHelper output) : CrashTest(output)
{
    [Fact]
    public async Task It_shows_the_snapshot_and_the_first_live_events_and_ends_well()
    {
        Assert.SkipUnless(Example.Has("node", "npm"), "This needs Node.js with npm.");
        var place = Install(demoDevices: 5);
        var gateway = await place.StartAsync();
        var example = new Example(place, "portal-example.mjs");
        await example.InstallAsync("@microsoft/signalr@10.0.11");

        var lines = await example.RunAsync("node",
            new() { ["URL"] = place.Address.ToString().TrimEnd('/'), ["TOKEN"] = gateway.Token, ["EVENTS"] = "3" });
        Assert.Matches("^snapshot: 5 devices, [0-5] online, [0-5] offline$", lines[0]);
        Assert.Equal(4, lines.Length);
        Assert.All(lines[1..], line => Assert.Matches(Event(), line));

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => example.RunAsync("node", []));
        Assert.Contains("2: Set TOKEN to a portal token.", refused.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^device_status demo-0000[1-5] online \((heartbeat|connected)\) seq 1$")]
    private static partial Regex Event();
}
