using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Devices;

/// <summary>What an owner does to devices, and what others are not even offered.</summary>
public sealed class OwnerTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task An_added_device_joins_by_the_line_shown_and_appears_in_the_row()
    {
        var tab = await OpenAs("owner");
        await tab.Button("Add device").First.ClickAsync();
        await tab.Page.GetByLabel("Id (optional)").FillAsync("added-1");
        await tab.Page.GetByLabel("Name (optional)").FillAsync("Boiler");
        await tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = "Add device" }).ClickAsync();

        var curl = await tab.Page.Locator("#added-curl").TextContentAsync();
        Assert.Matches(
            $$"""^curl -X POST {{gateway.Address}}api/v1/device/register -H 'Content-Type: application/json' """
                + $$"""-d '{"deviceId":"added-1","activationCode":"[^"]+"}'$""", curl);
        await tab.Button("Done").ClickAsync();
        await Expect(tab.Row("added-1")).ToContainTextAsync("Boiler");
        await Expect(tab.Row("added-1").Locator(".badge")).ToHaveTextAsync("Never seen");
    }

    [Fact]
    public async Task A_device_added_with_a_secret_signs_in_by_the_line_shown_and_an_id_is_given_only_once()
    {
        var tab = await OpenAs("owner");
        tab.Foresee("status of 409");
        await tab.Button("Add device").First.ClickAsync();
        await tab.Page.GetByLabel("Id (optional)").FillAsync("demo-00001");
        await tab.Page.GetByText("You copy the secret to the device yourself.").ClickAsync();
        var add = tab.Page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = "Add device" });
        await add.ClickAsync();
        await Expect(tab.Page.Locator("dialog .problem")).ToContainTextAsync("This id is taken.");

        await tab.Page.GetByLabel("Id (optional)").FillAsync("added-2");
        await add.ClickAsync();
        Assert.Matches("^curl -X POST .*/device/auth .*\"deviceSecret\":\"[^\"]+\"}'$", await tab.Page.Locator("#added-curl").TextContentAsync());
    }

    [Fact]
    public async Task Renamed_in_one_tab_it_is_renamed_in_the_other()
    {
        var other = await OpenAs("viewer");
        var device = await gateway.AddDeviceAsync("renamed-1", "Before");
        var tab = await OpenAs("owner", device.Id);
        await tab.Drawer.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("After");
        await tab.Page.GetByLabel("Location").FillAsync("Hall 4");
        await tab.Button("Save").ClickAsync();

        await Expect(tab.Page.Locator("#drawer-title")).ToHaveTextAsync("After");
        await Expect(tab.Drawer).ToContainTextAsync("Hall 4");
        await Expect(other.Row(device.Id).Locator(".device-name")).ToHaveTextAsync("After");
    }

    [Theory]
    [InlineData("Maintenance", "Maintenance", "in maintenance")]
    [InlineData("Disable", "Disabled", "disabled by owner")]
    public async Task Taken_out_of_service_it_is_offline_and_says_why(string action, string badge, string why)
    {
        await gateway.RunningAsync();
        var device = await gateway.AddDeviceAsync($"taken-{badge.ToLowerInvariant()}");
        await device.MeasureAsync();
        var tab = await OpenAs("owner", device.Id);
        await tab.Button(action).ClickAsync();
        await Expect(tab.Row(device.Id).Locator(".badge")).ToHaveTextAsync(badge);
        await Expect(tab.Row(device.Id).Locator(".why")).ToContainTextAsync(why);
        await tab.Button("Back to service").ClickAsync();
        await Expect(tab.Row(device.Id).Locator(".badge")).ToHaveTextAsync("Offline");
    }

    [Fact]
    public async Task Deleted_only_after_its_id_was_typed()
    {
        await gateway.RunningAsync();
        var device = await gateway.AddDeviceAsync("deleted-1");
        var tab = await OpenAs("owner", device.Id);
        await tab.Button("Delete").ClickAsync();
        await Expect(tab.Button("Delete device")).ToBeDisabledAsync();
        await tab.Page.Locator("#delete-id").FillAsync(device.Id);
        await tab.Button("Delete device").ClickAsync();
        await Expect(tab.Row(device.Id)).ToHaveCountAsync(0);
        await Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_viewer_is_offered_nothing_and_an_operator_only_the_end_of_a_session()
    {
        var viewer = await OpenAs("viewer", "demo-00002");
        await Expect(viewer.Drawer).ToContainTextAsync("Presence log");
        await Expect(viewer.Drawer.Locator(".actions")).ToHaveCountAsync(0);
        await Expect(viewer.Page.GetByText("Add device")).ToHaveCountAsync(0);
        await Expect(viewer.Page.GetByText("New secret")).ToHaveCountAsync(0);

        var @operator = await OpenAs("operator", "demo-00002");
        await Expect(@operator.Drawer.Locator(".actions button")).ToHaveTextAsync(["End session"]);
        await Expect(@operator.Page.GetByText("Add device")).ToHaveCountAsync(0);
    }

    private async Task<Tab> OpenAs(string role, string? deviceId = null)
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of(role), deviceId is null ? "" : $"devices/{deviceId}");
        return tab;
    }
}
