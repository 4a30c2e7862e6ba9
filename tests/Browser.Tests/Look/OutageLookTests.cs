using static Microsoft.Playwright.Assertions;

namespace Rollcall.Look;

/// <summary>The page while it waits, and while there is nobody to wait for.</summary>
public sealed class OutageLookTests(Chromium chromium) : BrowserTest(chromium)
{
    private const string FirstQuestion = "**/api/v1/customer/devices?limit=1";

    [Fact]
    public async Task A_lost_gateway_is_said_with_the_age_of_what_is_shown_and_a_new_one_is_found_again()
    {
        var place = Install(DemoGateway.Devices);
        var gateway = await place.StartAsync();
        var live = await OpenTabAsync();
        await live.OpenLiveAsync(place.Address, PortalToken.Of("owner"));
        await Expect(live.Rows).ToHaveCountAsync(DemoGateway.Devices);
        var early = await OpenTabAsync();
        Foresee(live, early);

        // One tab is held at its first question.
        var answer = new TaskCompletionSource();
        await early.Page.RouteAsync(FirstQuestion, async route =>
        {
            await answer.Task;
            await route.ContinueAsync();
        });
        await early.OpenAsync(place.Address, PortalToken.Of("owner"));
        await Expect(early.Page.Locator(".ghost").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Look.AtAsync(early, "loading");

        await gateway.Process.KillAsync();
        answer.SetResult();
        await Expect(live.Page.Locator("[data-banner=reconnecting]")).ToContainTextAsync("Showing the state of");
        await Look.AtAsync(live, "reconnecting");
        await Expect(early.Notice).ToContainTextAsync("The fleet cannot be shown");
        await Look.AtAsync(early, "error");

        await place.StartAsync();
        await Task.WhenAll(live.LiveAsync(), early.LiveAsync());
        await Expect(live.Page.Locator("[data-banner=reconnecting]")).ToHaveCountAsync(0);
        await Expect(early.Page.Locator("tr[data-status=online]")).ToHaveCountAsync(DemoGateway.Devices);
    }

    [Fact]
    public async Task Before_the_program_is_there_the_page_says_that_it_opens()
    {
        var place = Install();
        await place.StartAsync();
        var tab = await OpenTabAsync();
        await tab.Page.RouteAsync("**/_framework/blazor.webassembly.js", _ => Task.CompletedTask);
        await tab.Page.GotoAsync(place.Address.ToString(), new() { WaitUntil = Microsoft.Playwright.WaitUntilState.Commit });
        await Expect(tab.Page.Locator(".boot")).ToContainTextAsync("Opening the portal");
        await Look.AtAsync(tab, "opening");
    }

    private static void Foresee(params Tab[] tabs)
    {
        foreach (var tab in tabs)
        {
            tab.Foresee("ERR_CONNECTION_REFUSED");
            tab.Foresee("ERR_EMPTY_RESPONSE");
            tab.Foresee("ERR_CONNECTION_RESET");
            tab.Foresee("WebSocket connection to");
            tab.Foresee("status of 503");
        }
    }
}
