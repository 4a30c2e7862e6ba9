using static Microsoft.Playwright.Assertions;

namespace Rollcall.Fleet;

public sealed class FilterTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task Search_and_status_narrow_the_rows_and_are_kept_in_the_address()
    {
        await gateway.RunningAsync();
        var press = await gateway.AddDeviceAsync("filter-press", "Printing press");
        var oven = await gateway.AddDeviceAsync("filter-oven");
        await press.MeasureAsync();
        await press.GoodbyeAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("viewer"));

        await tab.Search.FillAsync("FILTER-");
        await Expect(tab.Rows).ToHaveCountAsync(2);
        await tab.Search.FillAsync("printing");
        await Expect(tab.Rows).ToHaveCountAsync(1);
        await Expect(tab.Row(press.Id)).ToBeVisibleAsync();
        await tab.Page.Locator("[data-filter=offline]").ClickAsync();
        await Expect(tab.Page).ToHaveURLAsync($"{gateway.Address}?q=printing&status=offline");

        await tab.Page.ReloadAsync();
        await tab.LiveAsync();
        await Expect(tab.Search).ToHaveValueAsync("printing");
        await Expect(tab.Page.Locator("[data-filter=offline]")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(tab.Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_row_leaves_and_enters_the_filter_as_its_device_turns()
    {
        await gateway.RunningAsync();
        var device = await gateway.AddDeviceAsync("turning-1");
        await device.MeasureAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("viewer"), "?q=turning-&status=offline");
        await Expect(tab.Notice).ToContainTextAsync("No offline device has an id or name that contains “turning-”.");

        await device.GoodbyeAsync();
        await Expect(tab.Row(device.Id).Locator(".why")).ToContainTextAsync("said goodbye");
        await device.MeasureAsync();
        await Expect(tab.Rows).ToHaveCountAsync(0);
        await tab.Button("Show all devices").ClickAsync();
        await Expect(tab.Page).ToHaveURLAsync(gateway.Address.ToString());

        // Among all it may stand below what is drawn.
        await tab.Page.EvaluateAsync("() => { const fleet = document.getElementById('fleet'); fleet.scrollTop = fleet.scrollHeight; }");
        await Expect(tab.Row(device.Id)).ToHaveAttributeAsync("data-status", "online");
    }
}
