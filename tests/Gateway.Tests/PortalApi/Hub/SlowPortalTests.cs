using System.Diagnostics;
using System.Text.Json;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>A portal that does not take what it is sent costs what it watches, and nobody else anything.</summary>
[Collection<Alone>]
public sealed class SlowPortalTests(ITestOutputHelper output)
{
    private const int Devices = 1_000;
    private const int MostBytesOnTheWay = 16 * 1024 * 1024;

    [Fact]
    public async Task A_portal_that_stops_reading_holds_one_entry_a_device_slows_nobody_and_then_has_the_newest()
    {
        await using var gateway = await TestGateway.StartAsync();
        var feed = gateway.Part<PortalFeed>();
        var fleet = await Flapping.FleetAsync(gateway, Devices);
        var alone = await RoundAsync(fleet, online: true);

        await using var deaf = await DeafPortal.OpenAsync(gateway, gateway.PortalToken("viewer", fleet.Customer));
        await deaf.WatchAsync();
        await using var portal = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", fleet.Customer));
        await portal.WatchAsync(new { });

        // Until all buffers on its way are full: from then on every device has its entry here, and only one.
        var (rounds, most, slowest) = (0, 0, TimeSpan.Zero);
        for (var full = 0; full < 10; rounds++)
        {
            Assert.True(rounds < 200, "It takes all it is sent.");
            var took = await RoundAsync(fleet, online: rounds % 2 == 1);
            slowest = took > slowest ? took : slowest;
            var waiting = feed.Waiting().Values.Max();
            most = Math.Max(most, waiting);
            full += waiting == Devices ? 1 : 0;
            Assert.InRange(waiting, 0, Devices);
        }

        var stored = await fleet.StoredAsync();
        output.WriteLine(
            $"{rounds} rounds of {Devices} transitions; a round took {alone.TotalMilliseconds:0} ms before and {slowest.TotalMilliseconds:0} ms "
                + $"at most beside it; {most} entries at most");
        await Eventually.GetAsync(() => portal.Devices.Count(device => Seq(device.Value) == Seq(stored[device.Key])),
            same => same == Devices, TestPortal.Unhealed);
        await ReadsTheNewestAsync(deaf, stored);
    }

    private async Task ReadsTheNewestAsync(DeafPortal deaf, Dictionary<string, JsonElement> stored)
    {
        var missing = stored.ToDictionary(device => device.Key, device => Seq(device.Value));
        var entries = 0;
        var bytes = await deaf.ReadUntilAsync(
            message =>
            {
                if (message.TryGetProperty("target", out var target) && target.GetString() == "device_status")
                {
                    foreach (var device in message.GetProperty("arguments")[0].EnumerateArray())
                    {
                        entries++;
                        var id = device.GetProperty("deviceId").GetString()!;
                        if (missing.TryGetValue(id, out var seq) && Seq(device) == seq)
                        {
                            missing.Remove(id);
                        }
                    }
                }

                return missing.Count == 0;
            },
            TimeSpan.FromSeconds(10));
        output.WriteLine($"It read {bytes / 1024} KiB, {entries} entries, until it had the newest of all");
        Assert.InRange(bytes, 1, MostBytesOnTheWay);
    }

    private static async Task<TimeSpan> RoundAsync(Flapping fleet, bool online)
    {
        var started = Stopwatch.GetTimestamp();
        await fleet.RoundAsync(online);
        return Stopwatch.GetElapsedTime(started);
    }

    private static long Seq(JsonElement device) => device.GetProperty("seq").GetInt64();
}
