using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Commands;

/// <summary>Commands as an operator sends and follows them, to a device that the test moves by hand.</summary>
public sealed class CommandTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_command_is_sent_waited_for_and_answered_without_a_reload()
    {
        var device = await AddAsync("ordered-1", "Kiln");
        await device.MeasureAsync();
        var tab = await OpenAs("operator", device.Id);
        await Expect(tab.Drawer).ToContainTextAsync("No command so far.");
        await Name(tab).FillAsync("diagnostics");
        await Parameters(tab).FillAsync("""{"deep": true}""");
        await tab.Page.GetByLabel("Time to live").SelectOptionAsync("10 minutes");
        await tab.Button("Send").ClickAsync();

        var item = Items(tab).First;
        await Expect(item).ToHaveAttributeAsync("data-command-status", "queued");
        await Expect(item).ToContainTextAsync("9 min left");
        await Expect(item).ToContainTextAsync("by operator");
        await Expect(Name(tab)).ToHaveValueAsync("");
        await Expect(Announced(tab)).ToHaveTextAsync("diagnostics is queued for Kiln.");
        await Open(item).ClickAsync();
        await Expect(item.Locator("[data-step=sent]")).ToContainTextAsync("not yet");

        var id = (await device.TakeAsync())["diagnostics"];
        await Expect(item).ToHaveAttributeAsync("data-command-status", "sent");
        await device.ReportAsync(id, "acknowledged");
        await Expect(item).ToHaveAttributeAsync("data-command-status", "acknowledged");
        await Expect(item.GetByRole(AriaRole.Button, new() { Name = "Cancel diagnostics" })).ToHaveCountAsync(0);
        await device.ReportAsync(id, "completed", new { disk = "73 %" });
        await Expect(item).ToHaveAttributeAsync("data-command-status", "completed");
        await Expect(item.GetByLabel("Result", new() { Exact = true })).ToHaveTextAsync("{\n  \"disk\": \"73 %\"\n}");
        await Expect(item.GetByLabel("Parameters", new() { Exact = true })).ToHaveTextAsync("{\n  \"deep\": true\n}");
        await Expect(item.Locator("[data-step]")).ToHaveCountAsync(4);
        await Expect(Announced(tab)).ToHaveTextAsync("diagnostics completed on Kiln.");
    }

    [Fact]
    public async Task A_mistake_in_the_JSON_is_told_while_it_is_typed_and_nothing_is_sent()
    {
        var device = await AddAsync("ordered-2");
        var tab = await OpenAs("operator", device.Id);
        await Expect(tab.Drawer).ToContainTextAsync("The device is offline: the command waits until it is back or its time is over.");
        await Name(tab).FillAsync("echo");
        await Parameters(tab).PressSequentiallyAsync("{\n\"a\": 1,}");
        await Expect(Parameters(tab)).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(Parameters(tab)).ToHaveAccessibleDescriptionAsync("Line 2, column 8: There is a comma too many before this.");
        await tab.Button("Send").ClickAsync();
        await Expect(Parameters(tab)).ToBeFocusedAsync();
        await Expect(Items(tab)).ToHaveCountAsync(0);

        await Parameters(tab).FillAsync("{\"a\": 1}");
        await Expect(Parameters(tab)).Not.ToHaveAttributeAsync("aria-invalid", "true");
        await tab.Button("Send").ClickAsync();
        await Expect(Items(tab)).ToHaveCountAsync(1);
        await Expect(tab.Button("Send")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Sent_again_after_a_lost_answer_it_is_one_command()
    {
        var device = await AddAsync("ordered-3");
        using var orders = new Orders(gateway.Address, device.Id);
        var tab = await OpenAs("operator", device.Id);
        tab.Foresee("ERR_FAILED");
        await tab.Page.RouteAsync("**/commands", async route =>
        {
            // It arrives; its answer does not.
            await route.FetchAsync();
            await route.AbortAsync();
        }, new() { Times = 1 });
        await Expect(tab.Drawer).ToContainTextAsync("No command so far.");
        await Name(tab).FillAsync("restart");
        await tab.Button("Send").ClickAsync();
        await Expect(tab.Drawer.Locator(".command-form .problem")).ToContainTextAsync("The gateway does not answer.");
        await Expect(Name(tab)).ToHaveValueAsync("restart");

        await tab.Button("Send").ClickAsync();
        await Expect(Name(tab)).ToHaveValueAsync("");
        await Expect(Items(tab)).ToHaveCountAsync(1);
        Assert.Equal(1, await orders.CountAsync());

        await Name(tab).FillAsync("restart");
        await tab.Button("Send").ClickAsync();
        await Expect(Items(tab)).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_waiting_command_is_cancelled_and_one_that_was_faster_says_so()
    {
        var device = await AddAsync("ordered-4");
        using var orders = new Orders(gateway.Address, device.Id);
        await orders.SendAsync("ping");
        var taken = await orders.SendAsync("restart");
        var tab = await OpenAs("operator", device.Id);
        tab.Foresee("status of 409");
        var restart = Items(tab).Filter(new() { HasText = "restart" });
        var ping = Items(tab).Filter(new() { HasText = "ping" });
        await ping.GetByRole(AriaRole.Button, new() { Name = "Cancel ping" }).ClickAsync();
        await Expect(ping).ToHaveAttributeAsync("data-command-status", "cancelled");
        await Expect(Open(ping)).ToBeFocusedAsync();

        // The device takes it while the operator presses the button.
        await tab.Page.RouteAsync("**/commands/*", async route =>
        {
            await device.TakeAsync();
            await device.ReportAsync(taken, "acknowledged");
            await route.ContinueAsync();
        }, new() { Times = 1 });
        await restart.GetByRole(AriaRole.Button, new() { Name = "Cancel restart" }).ClickAsync();
        await Expect(restart.Locator(".problem")).ToContainTextAsync("The command is acknowledged and cannot be cancelled.");
        await Expect(restart).ToHaveAttributeAsync("data-command-status", "acknowledged");
    }

    [Fact]
    public async Task Sent_again_it_is_filled_in_and_only_Send_is_left_to_be_pressed()
    {
        var device = await AddAsync("ordered-5");
        using var orders = new Orders(gateway.Address, device.Id);
        await orders.CancelAsync(await orders.SendAsync("set_interval", new { seconds = 30 }, ttlSeconds: 90));
        var tab = await OpenAs("operator", device.Id);
        await Open(Items(tab).First).ClickAsync();
        await tab.Button("Send again set_interval").ClickAsync();
        await Expect(Name(tab)).ToHaveValueAsync("set_interval");
        await Expect(Parameters(tab)).ToHaveValueAsync("{\n  \"seconds\": 30\n}");
        await Expect(tab.Page.GetByLabel("Time to live")).ToHaveValueAsync("90");
        await Expect(tab.Button("Send")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(Items(tab)).ToHaveCountAsync(2);
        await Expect(Items(tab).First).ToHaveAttributeAsync("data-command-status", "queued");
    }

    [Fact]
    public async Task Filters_ask_the_server_and_earlier_ones_are_shown_page_by_page()
    {
        var device = await AddAsync("ordered-6");
        using var orders = new Orders(gateway.Address, device.Id);
        var first = await orders.SendAsync("first");
        for (var number = 0; number < 23; number++)
        {
            await orders.CancelAsync(await orders.SendAsync("ping"));
        }

        await orders.SendAsync("last");
        var tab = await OpenAs("viewer", device.Id);
        await Expect(Items(tab)).ToHaveCountAsync(20);
        await tab.Button("Show earlier commands").ClickAsync();
        await Expect(Items(tab)).ToHaveCountAsync(25);
        await tab.Button("Open").ClickAsync();
        await Expect(Items(tab).Locator(".command-name")).ToHaveTextAsync(["last", "first"]);
        await tab.Button("Failed").ClickAsync();
        await Expect(tab.Drawer).ToContainTextAsync("No command has failed.");
        await tab.Button("Cancelled").ClickAsync();
        await Expect(Items(tab)).ToHaveCountAsync(20);
        await tab.Button("Show earlier commands").ClickAsync();
        await Expect(Items(tab)).ToHaveCountAsync(23);

        // It enters while somebody looks.
        await orders.CancelAsync(first);
        await Expect(Items(tab)).ToHaveCountAsync(24);
        await Expect(Items(tab).Last).ToContainTextAsync("first");
    }

    [Fact]
    public async Task What_ended_while_the_line_was_lost_is_shown_when_it_is_live_again()
    {
        var device = await AddAsync("ordered-7");
        using var orders = new Orders(gateway.Address, device.Id);
        var id = await orders.SendAsync("diagnostics");
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        List<IWebSocketRoute> lines = [];
        await tab.Page.RouteWebSocketAsync("**/hubs/portal*", line =>
        {
            line.ConnectToServer();
            lines.Add(line);
        });
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("viewer"), $"devices/{device.Id}");
        await Expect(Items(tab).First).ToHaveAttributeAsync("data-command-status", "queued");
        var found = new TaskCompletionSource();
        await tab.Page.RouteAsync("**/api/v1/customer/devices?limit=1", async route =>
        {
            await found.Task;
            await route.ContinueAsync();
        });
        await lines[^1].CloseAsync();
        await Expect(tab.Page.Locator("[data-line=lost]")).ToBeVisibleAsync();
        await device.TakeAsync();
        await device.ReportAsync(id, "failed", error: "no disk");
        found.SetResult();

        await Expect(Items(tab).First).ToHaveAttributeAsync("data-command-status", "failed");
        await Expect(Announced(tab)).ToHaveTextAsync($"diagnostics failed on {device.Id}.");
    }

    [Fact]
    public async Task A_viewer_sees_the_commands_and_is_offered_nothing()
    {
        var device = await AddAsync("ordered-8");
        using var orders = new Orders(gateway.Address, device.Id);
        await orders.SendAsync("ping");
        var tab = await OpenAs("viewer", device.Id);
        await Open(Items(tab).First).ClickAsync();
        await Expect(Items(tab).Locator(".trail")).ToBeVisibleAsync();
        await Expect(tab.Drawer.Locator(".command-form")).ToHaveCountAsync(0);
        await Expect(Items(tab).GetByRole(AriaRole.Button)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_demo_device_tells_how_it_is_when_it_is_asked()
    {
        await gateway.RunningAsync();
        var tab = await OpenAs("owner", "demo-00004");
        await Name(tab).FillAsync("diagnostics");
        await tab.Button("Send").ClickAsync();
        await Expect(Items(tab).First).ToHaveAttributeAsync("data-command-status", "completed", new() { Timeout = 30_000 });
        await Open(Items(tab).First).ClickAsync();
        await Expect(Items(tab).First.GetByLabel("Result", new() { Exact = true })).ToContainTextAsync("{");
    }

    private static ILocator Items(Tab tab) => tab.Drawer.Locator("[data-command]");

    private static ILocator Open(ILocator item) => item.Locator(".command-open");

    private static ILocator Name(Tab tab) => tab.Page.Locator("#command-name");

    private static ILocator Parameters(Tab tab) => tab.Page.Locator("#command-parameters");

    private static ILocator Announced(Tab tab) => tab.Page.Locator(".unseen[role=status]");

    private async Task<TestDevice> AddAsync(string id, string? name = null)
    {
        await gateway.RunningAsync();
        return await gateway.AddDeviceAsync(id, name);
    }

    private async Task<Tab> OpenAs(string role, string deviceId)
    {
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of(role), $"devices/{deviceId}");
        return tab;
    }
}
