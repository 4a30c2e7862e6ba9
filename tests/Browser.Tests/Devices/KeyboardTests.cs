using static Microsoft.Playwright.Assertions;

namespace Rollcall.Devices;

public sealed class KeyboardTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_device_is_reached_opened_and_closed_without_a_mouse()
    {
        var tab = await OpenAsOwner();
        await tab.Page.Keyboard.PressAsync("Tab");
        await Expect(tab.Page.Locator(".skip")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator("#fleet")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Tab");
        var first = tab.Rows.Nth(0).Locator(".device-open");
        await Expect(first).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("ArrowDown");
        var second = tab.Rows.Nth(1).Locator(".device-open");
        await Expect(second).ToBeFocusedAsync();

        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Drawer).ToBeVisibleAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Drawer).ToHaveCountAsync(0);
        await Expect(second).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_slash_goes_to_the_search()
    {
        var tab = await OpenAsOwner();
        await tab.Page.Keyboard.PressAsync("/");
        await Expect(tab.Search).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("a/b");
        await Expect(tab.Search).ToHaveValueAsync("a/b");
    }

    [Fact]
    public async Task A_dialog_keeps_the_focus_and_gives_it_back()
    {
        var tab = await OpenAsOwner();
        var add = tab.Button("Add device");
        await add.FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator("#add-id")).ToBeFocusedAsync();

        // Beyond the last of its fields there is the browser's own bar, and then the dialog again; never the page behind.
        for (var press = 0; press < 12; press++)
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            Assert.True(await tab.Page.EvaluateAsync<bool>(
                "document.activeElement === document.body || document.activeElement.closest('dialog[open]') !== null"));
        }

        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await Expect(add).ToBeFocusedAsync();
    }

    private async Task<Tab> OpenAsOwner()
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("owner"));
        await Expect(tab.Rows.Nth(1)).ToBeVisibleAsync();
        return tab;
    }
}
