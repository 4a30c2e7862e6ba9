using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.SignIn;

public sealed class SignInTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_pasted_token_opens_the_portal_and_signing_out_forgets_it()
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        await tab.Page.GotoAsync(gateway.Address.ToString());
        await Expect(Heading(tab)).ToHaveTextAsync("Sign in to Rollcall");
        var field = tab.Page.GetByLabel("Token, or the whole link");
        await field.FillAsync("no token");
        await tab.Button("Open the portal").ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("That is not a portal token.");
        await field.FillAsync($"http://localhost:3001/#token={PortalToken.Of("viewer")}");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.LiveAsync();

        await tab.Page.ReloadAsync();
        await tab.LiveAsync();
        await tab.Button("Sign out").ClickAsync();
        await Expect(Heading(tab)).ToHaveTextAsync("You are signed out");
        Assert.Null(await tab.Page.EvaluateAsync<string?>("sessionStorage.getItem('rollcall.token')"));
        await tab.Page.ReloadAsync();
        await Expect(Heading(tab)).ToHaveTextAsync("Sign in to Rollcall", new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task A_token_announces_its_end_and_then_ends()
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        tab.Foresee("status of 401"); // The gateway may be a moment ahead of the page.
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("viewer", ttl: TimeSpan.FromSeconds(12)));
        await Expect(tab.Page.Locator(".banner")).ToContainTextAsync("Your access ends in");
        await Expect(Heading(tab)).ToHaveTextAsync("Your session has ended");
    }

    [Fact]
    public async Task A_token_that_the_gateway_does_not_believe_is_named_so()
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        tab.Foresee("status of 401");
        var token = PortalToken.Of("viewer");
        await tab.OpenAsync(gateway.Address, token[..^4] + "AAAA");
        await Expect(Heading(tab)).ToHaveTextAsync("That token is not accepted", new() { Timeout = 30_000 });
    }

    private static ILocator Heading(Tab tab) => tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });
}
