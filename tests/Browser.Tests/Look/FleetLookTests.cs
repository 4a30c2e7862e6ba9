using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Look;

/// <summary>The page with devices on it, state by state.</summary>
public sealed class FleetLookTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task The_fleet_and_everything_that_opens_over_it_fits_and_reads_well_in_both_themes_and_on_a_phone()
    {
        var place = Install(DemoGateway.Devices, timeoutSeconds: 900);
        await place.StartAsync();
        using var workshop = await Workshop.InAsync(place.Address);
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(place.Address, PortalToken.Of("owner"));
        await Expect(tab.Rows).ToHaveCountAsync(9);

        await LooksAtDialogs(tab);
        await LooksAtDrawer(tab);
        await tab.Search.FillAsync("nothing like this");
        await Look.AtAsync(tab, "no-match");
        await tab.Search.FillAsync("");
        await tab.Search.BlurAsync();
        await tab.Page.Mouse.MoveAsync(0, 0);

        // For the picture of the README: as a fleet looks, without the odd one.
        await Look.AtAsync(tab, "fleet-with-a-long-id");
        await workshop.RemoveAsync("a-name-without-end.of-a-device:that-nobody-shortened-before-it-was-given");
        await Expect(tab.Rows).ToHaveCountAsync(8);
        await Look.AtAsync(tab, "fleet");
    }

    private static async Task LooksAtDialogs(Tab tab)
    {
        await tab.Button("Add device").ClickAsync();
        await Look.AtAsync(tab, "add");
        await tab.Page.GetByLabel("Id (optional)").FillAsync("boiler-7");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = "Add device" }).ClickAsync();
        await Expect(tab.Page.Locator("#added-curl")).ToBeVisibleAsync();
        await Look.AtAsync(tab, "added");
        await tab.Button("Done").ClickAsync();
        await tab.Row("boiler-7").ClickAsync();
        await tab.Button("Rename").ClickAsync();
        await Look.AtAsync(tab, "rename");
        await tab.Page.Keyboard.PressAsync("Escape");
        await tab.Button("Delete").ClickAsync();
        await Look.AtAsync(tab, "delete");
        await tab.Page.Locator("#delete-id").FillAsync("boiler-7");
        await tab.Button("Delete device").ClickAsync();
        await Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    private static async Task LooksAtDrawer(Tab tab)
    {
        await tab.Row("demo-00002").ClickAsync();
        await Expect(tab.Drawer.Locator(".log li")).ToHaveCountAsync(1);
        await Look.AtAsync(tab, "drawer");
        await tab.Page.Keyboard.PressAsync("Escape");
        await tab.Row("pump-07").ClickAsync();
        await Expect(tab.Drawer.Locator(".log li")).ToHaveCountAsync(2);
        await Look.AtAsync(tab, "drawer-maintenance");
        await tab.Page.Keyboard.PressAsync("Escape");
    }
}
