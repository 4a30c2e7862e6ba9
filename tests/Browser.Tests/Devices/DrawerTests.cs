using static Microsoft.Playwright.Assertions;

namespace Rollcall.Devices;

public sealed class DrawerTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task The_drawer_tells_everything_about_a_device_and_its_log_goes_on_live()
    {
        await gateway.RunningAsync();
        var device = await gateway.AddDeviceAsync("drawer-1", "Kiln");
        await device.MeasureAsync(cpu: 33, memory: 66);
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("viewer"), "?q=drawer-1");
        await tab.Row(device.Id).ClickAsync();

        await Expect(tab.Page).ToHaveURLAsync($"{gateway.Address}devices/drawer-1?q=drawer-1");
        await Expect(tab.Page.Locator("#drawer-title")).ToHaveTextAsync("Kiln");
        await Expect(tab.Drawer).ToContainTextAsync("Online, heartbeat");
        await Expect(tab.Drawer.Locator(".meter-value").First).ToHaveTextAsync("33 %");
        await Expect(tab.Drawer).ToContainTextAsync("1 h 0 min");
        await Expect(tab.Drawer.Locator(".log li")).ToHaveCountAsync(1);

        await Expect(tab.Drawer.Locator("[data-ignored]")).ToHaveCountAsync(0);
        await device.MeasureAsync(cpu: 133, memory: 66);
        await Expect(tab.Drawer.Locator("[data-ignored] code")).ToHaveTextAsync("cpu");
        await device.MeasureAsync(cpu: 34, memory: 66);
        await Expect(tab.Drawer.Locator("[data-ignored]")).ToHaveCountAsync(0);

        await device.GoodbyeAsync();
        await Expect(tab.Drawer.Locator(".log li")).ToHaveCountAsync(2);
        await Expect(tab.Drawer.Locator(".log li").First).ToContainTextAsync("Offline said goodbye");

        await tab.Page.GoBackAsync();
        await Expect(tab.Drawer).ToHaveCountAsync(0);
        await tab.Page.GoForwardAsync();
        await Expect(tab.Drawer).ToBeVisibleAsync();
        await tab.Drawer.GetByLabel("Close").ClickAsync();
        await Expect(tab.Drawer).ToHaveCountAsync(0);
        await Expect(tab.Page).ToHaveURLAsync($"{gateway.Address}?q=drawer-1");
    }

    [Fact]
    public async Task A_link_to_a_device_opens_its_drawer_and_a_link_to_none_says_so()
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("viewer"), "devices/demo-00003");
        await Expect(tab.Drawer).ToContainTextAsync("demo-00003");

        tab.Foresee("status of 404");
        await tab.Page.GotoAsync($"{gateway.Address}devices/nobody");
        await Expect(tab.Drawer).ToContainTextAsync("There is no such device");
    }
}
