using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Look;

/// <summary>The page without a fleet: nobody signed in, nothing to see, nothing allowed.</summary>
public sealed class DoorLookTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task Signed_out_and_refused()
    {
        var tab = await OpenAsync(null);
        await Expect(Heading(tab)).ToHaveTextAsync("Sign in to Rollcall");
        await tab.Page.GetByLabel("Token, or the whole link").FillAsync("no token");
        await tab.Button("Open the portal").ClickAsync();
        await Look.AtAsync(tab, "signed-out");
    }

    [Theory]
    [InlineData("owner", "Add device")]
    [InlineData("viewer", "Devices appear here by themselves")]
    public async Task An_empty_fleet_says_what_comes_next(string role, string says)
    {
        var tab = await OpenAsync(PortalToken.Of(role, customer: "nobody-yet"));
        await Expect(tab.Notice).ToContainTextAsync("No device yet");
        await Expect(tab.Notice).ToContainTextAsync(says);
        await Look.AtAsync(tab, $"empty-{role}");
    }

    [Fact]
    public async Task A_role_that_may_not_look_is_told_so()
    {
        var tab = await OpenAsync(PortalToken.Of("janitor"), "status of 403");
        await Expect(tab.Notice).ToContainTextAsync("You may not see this fleet");
        await Look.AtAsync(tab, "no-permission");
    }

    [Fact]
    public async Task A_token_near_its_end_is_announced()
    {
        var tab = await OpenAsync(PortalToken.Of("viewer", customer: "nobody-yet", ttl: TimeSpan.FromMinutes(9)));
        await Expect(tab.Page.Locator(".banner")).ToContainTextAsync("Your access ends in 8 min");
        await Look.AtAsync(tab, "near-its-end");
    }

    private async Task<Tab> OpenAsync(string? token, string? foreseen = null)
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        if (foreseen is not null)
        {
            tab.Foresee(foreseen);
        }

        await (token is null ? tab.Page.GotoAsync(gateway.Address.ToString()) : tab.OpenAsync(gateway.Address, token));
        await Expect(tab.Page.Locator(".boot")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        return tab;
    }

    private static ILocator Heading(Tab tab) => tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });
}
