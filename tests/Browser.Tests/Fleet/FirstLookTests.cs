using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Fleet;

public sealed partial class FirstLookTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task The_printed_link_shows_a_green_fleet_within_30_seconds_and_a_killed_agent_as_offline_with_the_reason()
    {
        var place = Install(DemoGateway.Devices);
        var gateway = await place.StartAsync();
        var tab = await OpenTabAsync();
        await tab.Page.GotoAsync(gateway.PortalLine["Portal: ".Length..]);

        await Expect(tab.Page.Locator("tr[data-status=online]")).ToHaveCountAsync(DemoGateway.Devices, new() { Timeout = 30_000 });
        Assert.Equal($"http://localhost:{place.Port}/", tab.Page.Url);
        Assert.Equal("", await tab.Page.EvaluateAsync<string>("location.hash"));
        await Expect(tab.Page.Locator("[data-count=online]")).ToHaveTextAsync("5");
        await Expect(tab.Row("demo-00001").Locator(".badge.good")).ToHaveTextAsync("Online");

        Assert.True(Signals.Kill((await DemoFleetProcess.OfAsync(gateway)).Id));
        await Expect(tab.Page.Locator("tr[data-device-id^=demo-][data-status=offline]")).ToHaveCountAsync(DemoGateway.Devices);
        await Expect(tab.Row("demo-00001").Locator(".badge.bad")).ToHaveTextAsync("Offline");
        await Expect(tab.Row("demo-00001").Locator(".why")).ToHaveTextAsync(WentSilent());
        await Expect(tab.Page).ToHaveTitleAsync("(5 offline) Rollcall");
        await Expect(tab.Page.Locator("[data-count=never]")).ToHaveCountAsync(0);
        Assert.Empty(gateway.Faults);
    }

    [Fact]
    public async Task Times_tick_and_curves_grow_while_the_page_is_open()
    {
        var place = Install(1);
        await place.StartAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(place.Address, PortalToken.Of("viewer"));
        var since = tab.Row("demo-00001").Locator(".why time");
        await Expect(tab.Row("demo-00001").Locator(".spark-line")).ToHaveCountAsync(2);
        var before = await since.TextContentAsync();
        await Expect(since).Not.ToHaveTextAsync(before!);
    }

    [GeneratedRegex(@"^went silent · \d+ s$")]
    private static partial Regex WentSilent();
}
