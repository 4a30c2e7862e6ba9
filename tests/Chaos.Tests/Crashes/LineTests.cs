using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;
using Rollcall.Support.Proxies;

namespace Rollcall.Crashes;

/// <summary>The agent's socket, with a real agent at one end and a real gateway at the other.</summary>
[Collection<Alone>]
public sealed class LineTests(ITestOutputHelper output) : CrashTest(output)
{
    private const string Id = "test-device-001";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_line_that_forwards_nothing_any_more_is_noticed_on_both_sides_and_no_beat_is_missed()
    {
        // An answer is waited for during 10 s, over the socket and over a connection for REST that is as dead: without its pings the
        // agent would be heard again after 20 s, too late; with them it is after 13 s.
        var place = Install(timeoutSeconds: 18);
        place.Settings["DEVICE_LINK_PING"] = place.Settings["DEVICE_LINK_PATIENCE"] = "1000";
        var gateway = await place.StartAsync();
        using var portal = Portal.Of(place, gateway);
        using var proxy = new Proxy(place.Port);
        var agent = Run(place, "agent", proxy.Address);
        await agent.SaysAsync("has its socket", Soon);
        await ConnectedAsync(portal, true);

        proxy.Silence();
        Output.WriteLine($"The gateway notices after {(await ConnectedAsync(portal, false)).TotalSeconds:0.0} s.");
        Output.WriteLine($"The agent notices after further {(await agent.SaysAsync("socket broken", Soon)).TotalSeconds:0.0} s.");
        await ConnectedAsync(portal, true);
        await Task.Delay(place.Timeout, TimeProvider.System);
        Assert.Equal(("online", 1), await FoundAsync(portal));
        await agent.KillAsync();
    }

    [Fact]
    public async Task Of_two_agents_with_one_identity_the_newer_wins_and_stays()
    {
        var place = Install(timeoutSeconds: 5);
        var gateway = await place.StartAsync();
        using var portal = Portal.Of(place, gateway);
        var older = Run(place, "older", place.Address);
        await older.SaysAsync("has its socket", Soon);
        var newer = Run(place, "newer", place.Address);
        await newer.SaysAsync("has its socket", Soon);
        await older.SaysAsync("Somebody else is this device", Soon);
        var last = older.Said;

        await Task.Delay(place.Timeout + TimeSpan.FromSeconds(3), TimeProvider.System);
        Assert.Equal(last, older.Said);
        Assert.DoesNotContain("Trying again", newer.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("failed", newer.Said, StringComparison.Ordinal);
        Assert.Equal(("online", 1), await FoundAsync(portal));
        await newer.KillAsync();
        await older.KillAsync();
    }

    private static Child Run(Installation place, string state, Uri through) => place.RunAgent(new()
    {
        ["API_URL"] = through.ToString(),
        ["STATE_DIR"] = Path.Combine(place.Folder, state),
        ["DEVICE_ID"] = Id,
        ["DEVICE_SECRET"] = "test-secret-12345",
        ["HEALTH_PORT"] = "0",
        ["LOG_LEVEL"] = "debug",
        ["WEBSOCKET_PING"] = "1000",
        ["WEBSOCKET_PATIENCE"] = "1000",
    });

    private static Task<TimeSpan> ConnectedAsync(Portal portal, bool connected) =>
        Eventually.IsSoAsync(async () => (await portal.DeviceAsync(Id)).Connected == connected, Soon, () => $"connected is {connected}");

    private static async Task<(string, long)> FoundAsync(Portal portal)
    {
        var found = await portal.DeviceAsync(Id);
        return (found.Status, found.Seq);
    }
}
