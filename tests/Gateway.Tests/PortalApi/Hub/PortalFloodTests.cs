using System.Diagnostics;
using Microsoft.AspNetCore.SignalR;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>Portals that ask without end cost their own customer time, and nobody else a word.</summary>
[Collection<Alone>]
public sealed class PortalFloodTests(ITestOutputHelper output)
{
    private const int Asking = 24;
    private const int Watching = 120;
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task While_one_customers_portals_watch_anew_without_end_others_and_its_own_counts_go_on()
    {
        await using var gateway = await TestGateway.StartAsync(("PORTAL_WATCH_RATE", "1000000"), ("PORTAL_WATCH_BURST", "1000000"));
        var fleet = await Flapping.FleetAsync(gateway, 200);
        var portals = new List<TestPortal>();
        for (var number = 0; number < Watching + Asking; number++)
        {
            portals.Add(await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", fleet.Customer)));
            await portals[number].WatchAsync(new { limit = 5_000 - number });
        }

        var other = TestGateway.NewName("customer");
        await using var quiet = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", other));
        await quiet.WatchAsync(new { });

        using var stop = new CancellationTokenSource();
        var asked = 0;
        var flood = portals.Skip(Watching).Select(portal => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await portal.WatchAsync(new { q = "flapping" });
                Interlocked.Increment(ref asked);
            }
        })).ToArray();
        for (var devices = 1; devices <= 3; devices++)
        {
            // A membership change has every query of every portal read again.
            await gateway.Part<PortalFeed>().MembershipChanged();
            await TestDevice.CreateAsync(gateway, other);
            await TestDevice.CreateAsync(gateway, fleet.Customer);
            await CountsAsync(quiet, devices);
            await CountsAsync(portals[0], 200 + devices);
        }

        await stop.CancelAsync();
        await Task.WhenAll(flood);
        output.WriteLine($"{asked} watches were answered meanwhile");
        foreach (var portal in portals)
        {
            await portal.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_portal_that_watches_too_often_is_told_so_and_keeps_what_it_watches()
    {
        await using var gateway = await TestGateway.StartAsync(("PORTAL_WATCH_RATE", "1"), ("PORTAL_WATCH_BURST", "2"));
        var device = await TestDevice.SignedInAsync(gateway);
        await using var portal = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", device.Customer));
        await portal.WatchAsync(new { });
        var refusals = new List<string>();
        for (var time = 0; time < 20; time++)
        {
            if (await Record.ExceptionAsync(() => portal.WatchAsync(new { })) is HubException refused)
            {
                refusals.Add(refused.Message);
            }
        }

        Assert.InRange(refusals.Count, 10, 19);
        Assert.All(refusals, message => Assert.Contains("RATE_LIMITED: ", message, StringComparison.Ordinal));
        (await device.BeatAsync()).Is(200);
        await Eventually.IsSoAsync(() => portal.Told.Any(told => told.GetProperty("status").GetString() == "online"), TestPortal.Unhealed);
        await Eventually.IsSoAsync(async () => await Record.ExceptionAsync(() => portal.WatchAsync(new { })) is null);
    }

    [Fact]
    public async Task Calls_beyond_a_customers_rate_wait_their_turn_and_nobody_else_waits_with_them()
    {
        await using var gateway = await TestGateway.StartAsync(("PORTAL_CALLS", "10"));
        var customer = TestGateway.NewName("customer");
        await using var loud = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", customer));
        await using var beside = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", customer));
        await using var other = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", TestGateway.NewName("customer")));
        var begun = Stopwatch.GetTimestamp();
        var flood = Enumerable.Range(0, 40).Select(_ => loud.UnwatchAsync()).ToArray();

        // One of another connection waits for one call of the loud one, not for all; another customer's for none.
        await other.UnwatchAsync();
        await beside.UnwatchAsync();
        Assert.False(flood[^1].IsCompleted);
        await Task.WhenAll(flood);
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 2.5, 20);
    }

    [Fact]
    public async Task A_portal_that_is_refused_again_and_again_is_closed()
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var portal = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", "acme"));
        var refused = 0;
        while (!portal.Ended.Task.IsCompleted)
        {
            Assert.InRange(refused++, 0, 1_000);
            await Record.ExceptionAsync(() => portal.AckAsync("no mark"));
        }

        Assert.InRange(refused, 100, 1_000);
    }

    private static Task<TimeSpan> CountsAsync(TestPortal portal, int total) => Eventually.IsSoAsync(
        () => portal.Counts.ValueKind != default && portal.Counts.GetProperty("total").GetInt32() == total, InTime);
}
