using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Enrolment;

/// <summary>Enrolment keys as their owner makes, watches and revokes them.</summary>
public sealed class KeyDialogTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_key_is_made_shown_once_used_and_revoked()
    {
        var tab = await OpenAs("owner");
        await tab.Button("Keys for enrolment").ClickAsync();
        await tab.Button("New key").ClickAsync();
        await tab.Page.Locator("#key-name").FillAsync("Plant 7");
        await tab.Page.Locator("#key-most").FillAsync("2");
        await tab.Button("Make key").ClickAsync();
        var key = await tab.Page.Locator("#key-text").TextContentAsync();
        Assert.Matches("^rke_[A-Za-z0-9_-]{43}$", key);
        await Expect(tab.Page.Locator("#key-agent"))
            .ToHaveTextAsync($"API_URL={gateway.Address.ToString().TrimEnd('/')} ENROLMENT_KEY={key} dotnet run --project DeviceAgent");

        Assert.Equal(HttpStatusCode.Created, await EnrolAsync("enrolled-1", key!));
        await tab.Button("Done").ClickAsync();
        var item = tab.Page.Locator("[data-key]").Filter(new() { HasText = "Plant 7" });
        await Expect(item).ToContainTextAsync("1 of 2 devices");
        await Expect(tab.Page.Locator("dialog.keys")).Not.ToContainTextAsync(key!);
        await Expect(tab.Row("enrolled-1").Locator(".badge")).ToHaveTextAsync("Never seen");

        await item.GetByRole(AriaRole.Button, new() { Name = "Revoke Plant 7", Exact = true }).ClickAsync();
        await tab.Button("Keep").ClickAsync();
        await item.GetByRole(AriaRole.Button, new() { Name = "Revoke Plant 7", Exact = true }).ClickAsync();
        await item.GetByRole(AriaRole.Button, new() { Name = "Revoke key Plant 7", Exact = true }).ClickAsync();
        await Expect(item.Locator(".keys-state")).ToHaveTextAsync("Revoked");
        await Expect(item.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.BadRequest, await EnrolAsync("enrolled-2", key!));
    }

    [Fact]
    public async Task Only_owners_are_offered_keys()
    {
        var tab = await OpenAs("operator");
        await Expect(tab.Button("Keys for enrolment")).ToHaveCountAsync(0);
    }

    private async Task<HttpStatusCode> EnrolAsync(string deviceId, string key)
    {
        using var http = new HttpClient { BaseAddress = gateway.Address };
        using var answer = await http.PostAsJsonAsync("api/v1/device/register", new { deviceId, enrolmentKey = key });
        return answer.StatusCode;
    }

    private async Task<Tab> OpenAs(string role)
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of(role));
        return tab;
    }
}
