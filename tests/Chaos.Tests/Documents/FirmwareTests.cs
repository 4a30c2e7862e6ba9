using Rollcall.Fleets;
using Rollcall.Processes;

namespace Rollcall.Documents;

/// <summary>The devices of docs/protocol.md, against a gateway.</summary>
public sealed class FirmwareTests(ITestOutputHelper output) : CrashTest(output)
{
    private GatewayProcess? _gateway;

    [Fact]
    public async Task A_device_in_Pythons_standard_library_beats_over_REST_and_says_goodbye()
    {
        Assert.SkipUnless(Example.Has("python3"), "This needs Python 3.");
        var (place, environment) = await BeginAsync();
        var lines = await new Example(place, "device.py").RunAsync("python3", environment);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, (line, number) => Assert.Matches($"^beat {number + 1}: 200, next in [01][.][0-9] s$", line));
        Assert.Equal(("offline", "goodbye", 2L), await FoundAsync(place));
    }

    [Fact]
    public async Task A_device_in_Node_beats_over_the_socket()
    {
        Assert.SkipUnless(Example.Has("node", "npm"), "This needs Node.js with npm.");
        var (place, environment) = await BeginAsync();
        var example = new Example(place, "device-socket.mjs");
        await example.InstallAsync("ws@8");
        var lines = await example.RunAsync("node", environment);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, (line, number) => Assert.Matches($"^beat {number + 1}: stored, next in [0-9]+ ms$", line));
        Assert.Equal(("online", "connected", 1L), await FoundAsync(place));
    }

    private async Task<(Installation Place, Dictionary<string, string> Environment)> BeginAsync()
    {
        // The device that an embedded gateway knows from the start.
        var place = Install();
        _gateway = await place.StartAsync();
        return (place, new()
        {
            ["API_URL"] = place.Address.ToString(), ["DEVICE_ID"] = "test-device-001", ["DEVICE_SECRET"] = "test-secret-12345", ["BEATS"] = "3",
        });
    }

    private async Task<(string, string?, long)> FoundAsync(Installation place)
    {
        using var portal = Portal.Of(place, _gateway!);
        var device = Assert.Single(await portal.DevicesAsync("test-device-"));
        return (device.Status, device.Reason, device.Seq);
    }
}
