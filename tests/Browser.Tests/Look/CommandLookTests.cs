using Rollcall.Commands;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Look;

/// <summary>The commands in the drawer, in every state that a command can have.</summary>
public sealed class CommandLookTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task The_form_the_list_and_a_result_fit_and_read_well()
    {
        await gateway.RunningAsync();
        var device = await gateway.AddDeviceAsync("looked-at-1", "Drying oven");
        using var orders = new Orders(gateway.Address, device.Id);
        await EveryStateAsync(device, orders);
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("owner"), $"devices/{device.Id}");
        var items = tab.Drawer.Locator("[data-command]");
        await Expect(items).ToHaveCountAsync(8);

        await tab.Page.Locator("#command-name").FillAsync("set_interval");
        await tab.Page.Locator("#command-parameters").FillAsync("{\n  \"seconds\": 30,\n}");
        await ShowAsync(tab, "#commands-title");
        await Look.AtAsync(tab, "command-mistake");

        await ShowAsync(tab, ".command-filters");
        await Look.AtAsync(tab, "commands");

        foreach (var (which, look) in new[] { ("[data-command-status=completed]", "command-result"), ("[data-command-status=failed]",
            "command-error"), (":has(.command-late-word)", "command-late"), ("[data-command-status=sent]", "command-sent") })
        {
            var open = tab.Drawer.Locator($".command{which} .command-open");
            await open.ClickAsync();
            await ShowAsync(tab, $".command{which}");
            await Look.AtAsync(tab, look);
            await open.ClickAsync();
        }
    }

    private static async Task EveryStateAsync(TestDevice device, Orders orders)
    {
        var late = await orders.SendAsync("restart", ttlSeconds: 1);
        await device.TakeAsync();
        var forgotten = await orders.SendAsync("a-name-without-end.of-a-command:that-nobody-shortened-before-it-was-sent", ttlSeconds: 1);
        await orders.UntilAsync(late, "expired");
        await orders.UntilAsync(forgotten, "expired");
        await device.ReportAsync(late, "completed", new { after = "a long sleep" });
        var completed = await orders.SendAsync("diagnostics", new { deep = true, parts = new[] { "disk", "network" } });
        var failed = await orders.SendAsync("set_interval", new { seconds = -1 });
        var acknowledged = await orders.SendAsync("update");
        await device.TakeAsync();
        await device.ReportAsync(acknowledged, "acknowledged");
        await device.ReportAsync(completed, "acknowledged");
        await device.ReportAsync(completed, "completed", new
        {
            disk = new { total = 512_000_000_000, free = 73_400_000_000 },
            log = string.Join(' ', Enumerable.Repeat("temperature within its bounds;", 40)),
            unbroken = new string('x', 300),
            sensors = Enumerable.Range(1, 12).Select(number => new { number, celsius = 20.5 + number }),
        });
        await device.ReportAsync(failed, "failed", error: "seconds: must be 1 to 3,600; -1 is not.\nNothing was changed.");
        await orders.CancelAsync(await orders.SendAsync("restart"));
        await orders.SendAsync("echo");
        await device.TakeAsync();
        await orders.SendAsync("ping");
        await device.GoodbyeAsync();
    }

    private static async Task ShowAsync(Tab tab, string part) =>
        await tab.Page.EvaluateAsync("part => document.querySelector(`dialog.drawer ${part}`).scrollIntoView()", part);
}
