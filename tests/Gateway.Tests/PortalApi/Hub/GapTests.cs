using System.Text.Json;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>Snapshot and live events meet without a gap, whenever a portal comes.</summary>
[Collection<Alone>]
public sealed class GapTests(SharedGateway shared, ITestOutputHelper output)
{
    private static readonly string[] Compared = ["status", "health", "reason", "statusSince", "lastSeen", "seq", "metrics"];
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task Portals_that_come_and_go_under_200_transitions_a_second_end_with_exactly_what_is_stored()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var fleet = await Flapping.FleetAsync(_gateway, 40);
        string[] some = fleet.Ids(7);
        object[] watches =
        [
            new { }, new { }, new { }, new { statuses = new[] { "online" } }, new { statuses = new[] { "offline" } },
            new { deviceIds = some }, new { deviceIds = some, statuses = new[] { "online" } },
        ];
        var flapping = fleet.RunAsync(times: 31, perSecond: 300);
        var portals = await Task.WhenAll(watches.Select((watch, number) =>
            ComeAndGoAsync(fleet.Customer, watch, stays: number == 0, new Random(seed + number), flapping)));

        var rate = await flapping;
        output.WriteLine($"{rate:0} transitions a second, {portals.Sum(portal => portal.Watches)} watches");
        Assert.True(rate >= 200, $"Only {rate:0} transitions a second.");
        var stored = await fleet.StoredAsync();
        foreach (var (portal, _, watch) in portals)
        {
            await using (portal)
            {
                var filter = JsonSerializer.SerializeToElement(watch);
                var wanted = Lines(stored.Values.Where(device => Matches(filter, device)));
                await Eventually.GetAsync(() => Lines(portal.Devices.Values.Where(device => Matches(filter, device))),
                    seen => seen == wanted, TestPortal.Unhealed);
                Assert.Empty(portal.Offences);
            }
        }
    }

    private async Task<(TestPortal Portal, int Watches, object Watch)> ComeAndGoAsync(
        string customer, object watch, bool stays, Random random, Task until)
    {
        var token = _gateway.PortalToken("viewer", customer);
        var watches = 1;
        var portal = await TestPortal.OpenAsync(_gateway, token);
        await portal.WatchAsync(watch);
        while (!stays)
        {
            await Task.WhenAny(until, Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 500)), TimeProvider.System));
            if (until.IsCompleted)
            {
                break;
            }

            if (random.Next(2) == 0)
            {
                Assert.Empty(portal.Offences);
                await portal.DisposeAsync();
                portal = await TestPortal.OpenAsync(_gateway, token);
            }

            await portal.WatchAsync(watch);
            watches++;
        }

        return (portal, watches, watch);
    }

    private static bool Matches(JsonElement watch, JsonElement device) =>
        Has(watch, "statuses", device, "status") && Has(watch, "deviceIds", device, "deviceId");

    private static bool Has(JsonElement watch, string list, JsonElement device, string member) =>
        !watch.TryGetProperty(list, out var wanted) || wanted.EnumerateArray().Any(one => one.GetString() == device.GetProperty(member).GetString());

    private static string Lines(IEnumerable<JsonElement> devices) => string.Join('\n', devices
        .OrderBy(device => device.GetProperty("deviceId").GetString(), StringComparer.Ordinal)
        .Select(
            device => device.GetProperty("deviceId").GetString() + " "
                + string.Join(' ', Compared.Select(member => device.GetProperty(member).GetRawText()))));
}
