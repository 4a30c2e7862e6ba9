using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>A page that reads its socket and has no time for what it read: no kernel and no TCP window can tell, it says so itself.</summary>
[Collection<Alone>]
public sealed class AcknowledgingPortalTests(ITestOutputHelper output)
{
    private const int Devices = 500;

    [Fact]
    public async Task A_portal_without_time_is_sent_no_more_than_it_can_take_and_then_the_newest()
    {
        await using var gateway = await TestGateway.StartAsync();
        var fleet = await Flapping.FleetAsync(gateway, Devices);
        await using var portal = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", fleet.Customer));
        await portal.WatchAsync(new { acknowledge = true });

        // A fast machine folds rounds together before they are sent: as many as it takes.
        var rounds = 0;
        while (rounds < 12 || (rounds < 100 && gateway.Part<PortalFeed>().Waiting().Values.Max() < Devices))
        {
            await fleet.RoundAsync(online: rounds++ % 2 == 0);
        }

        Assert.Equal(Devices, gateway.Part<PortalFeed>().Waiting().Values.Max());
        // Some may still be on their way to it.
        Assert.InRange(portal.Told.Count, 1, FlowWindow.Most + Devices);
        await Eventually.GetAsync(() => portal.Told.Count, heard => heard >= FlowWindow.Most, TestPortal.Unhealed);
        output.WriteLine($"{rounds * Devices} transitions, {portal.Told.Count} told before it acknowledged");

        await portal.AckAsync(portal.Marks.Last());
        await HasTheNewestAsync(portal, fleet);

        // The window, the batch that closed it, what waited, and what was still on its way to this gateway.
        Assert.InRange(portal.Told.Count, FlowWindow.Most + Devices, FlowWindow.Most + (3 * Devices));
        Assert.Empty(portal.Offences);

        // One that keeps up is told all the time.
        portal.Acknowledges = true;
        for (var round = 0; round < 12; round++)
        {
            await fleet.RoundAsync(online: round % 2 == 0);
            await HasTheNewestAsync(portal, fleet);
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("0.5")]
    [InlineData("1e300")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    public async Task What_is_no_mark_is_refused_with_a_code(string mark)
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var portal = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", TestGateway.NewName("customer")));
        await portal.WatchAsync(new { acknowledge = true });
        var refused = await Assert.ThrowsAsync<HubException>(() => portal.AckAsync(JsonElement.Parse(mark)));
        Assert.Contains("INVALID_REQUEST: ", refused.Message, StringComparison.Ordinal);
    }

    private static async Task HasTheNewestAsync(TestPortal portal, Flapping fleet)
    {
        var stored = await fleet.StoredAsync();
        await Eventually.GetAsync(
            () => portal.Devices.Count(device => Seq(device.Value) == Seq(stored[device.Key])), same => same == Devices, TestPortal.Unhealed);
    }

    private static long Seq(JsonElement device) => device.GetProperty("seq").GetInt64();
}
