using static Microsoft.Playwright.Assertions;

namespace Rollcall.Look;

/// <summary>A device's secret: marked as a weak one, replaced, and shown once.</summary>
public sealed class SecretLookTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task The_mark_of_a_weak_secret_the_dialog_and_the_new_one_fit_and_read_well()
    {
        await gateway.RunningAsync();
        var named = await gateway.AddDeviceAsync("weak-1", "Lathe with a name that goes on until the column ends");
        var nameless = await gateway.AddDeviceAsync("weak-2.whose-id-is-as-long-as-nobody-would-ever-type-it-by-hand");
        var tab = await OpenTabAsync();
        await new Imported("weak-").ToAsync(tab);
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("owner"), "?q=weak-");
        await Expect(tab.Page.Locator(".row .weak")).ToHaveTextAsync(["weak secret", "weak secret"]);
        await Look.AtAsync(tab, "weak-secrets");

        await tab.Row(named.Id).ClickAsync();
        await Expect(tab.Drawer.Locator("[data-weak]")).ToContainTextAsync("Let it sign in once, or give it a new secret.");
        await tab.Page.EvaluateAsync("document.querySelector('#profile-title').scrollIntoView()");
        await Look.AtAsync(tab, "weak-secret");

        await tab.Button("New secret…").ClickAsync();
        await tab.Page.Locator("#secret-overlap").SelectOptionAsync("86400");
        await Look.AtAsync(tab, "new-secret");
        await tab.Button("Make secret").ClickAsync();
        await Expect(tab.Page.Locator("#secret-text")).ToBeVisibleAsync();
        await Look.AtAsync(tab, "new-secret-made");
    }
}
