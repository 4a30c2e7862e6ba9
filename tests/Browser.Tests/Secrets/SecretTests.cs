using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Secrets;

/// <summary>A device's secret as its owner replaces it.</summary>
public sealed class SecretTests(Chromium chromium, DemoGateway gateway) : BrowserTest(chromium)
{
    private const string Calls = "**/api/v1/customer/devices/*/secret";

    [Fact]
    public async Task With_an_overlap_both_secrets_sign_in_and_the_new_one_is_shown_once_to_be_copied()
    {
        await gateway.RunningAsync();
        var device = await gateway.AddDeviceAsync("renewed-1", "Crane");
        await device.MeasureAsync();
        var tab = await OpenAsync(device.Id);
        await Expect(End(tab)).ToBeCheckedAsync();
        await tab.Page.Locator("#secret-overlap").SelectOptionAsync("3600");
        await Expect(End(tab)).Not.ToBeCheckedAsync();
        await Expect(tab.Page.Locator("#secret-effect")).ToContainTextAsync("The device is not signed out.");
        await tab.Button("Make secret").ClickAsync();

        await Expect(tab.Page.Locator("#secret-made")).ToBeFocusedAsync();
        await Expect(tab.Page.Locator(".former"))
            .ToHaveTextAsync(new Regex(@"The former one stays valid until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+\((59 min|1 h) left\)\."));
        await tab.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await tab.Button("Copy Secret").ClickAsync();
        await Expect(tab.Button("Copied Secret")).ToBeVisibleAsync();
        var secret = await tab.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Equal(await tab.Page.Locator("#secret-text").TextContentAsync(), secret);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", secret);

        await tab.Button("Done").ClickAsync();
        await Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(1);
        await Expect(tab.Button("New secret…")).ToBeFocusedAsync();
        Assert.DoesNotContain(secret, await tab.Page.ContentAsync());
        await Expect(tab.Row(device.Id).Locator(".badge")).ToHaveTextAsync("Online");
        (await device.SignInAsync()).Is(200);
        (await device.With(secret).SignInAsync()).Is(200);
    }

    [Fact]
    public async Task Without_one_the_device_is_offline_at_once_its_former_secret_is_over_and_the_new_one_stays_until_it_is_closed()
    {
        await gateway.RunningAsync();
        var device = await gateway.AddDeviceAsync("renewed-2", "Winch");
        await device.MeasureAsync();
        var tab = await OpenAsync(device.Id);
        await tab.Button("Make secret").ClickAsync();

        await Expect(tab.Page.Locator(".former")).ToHaveTextAsync("The former one is no longer valid.");
        await Expect(tab.Row(device.Id).Locator(".badge")).ToHaveTextAsync("Offline");
        await Expect(tab.Row(device.Id).Locator(".why")).ToContainTextAsync("session revoked");
        (await device.SignInAsync()).Is(401);
        (await device.With((await tab.Page.Locator("#secret-text").TextContentAsync())!).SignInAsync()).Is(200);

        // A snapshot without the device, or its removal, takes the drawer's content away, and not what is shown once.
        using var owner = Owner();
        using var removed = await owner.DeleteAsync($"devices/{device.Id}");
        await Expect(tab.Drawer).ToContainTextAsync("There is no such device");
        await Expect(tab.Page.Locator("#secret-text")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_refusal_a_fault_and_a_lost_answer_say_what_to_do_and_asking_again_is_possible()
    {
        var tab = await OpenAsync("demo-00001");
        tab.Foresee("Failed to load resource");
        foreach (var (status, code, says) in new[]
        {
            (403, "FORBIDDEN", "The token's role does not allow this."), (404, "NOT_FOUND", "The device is gone"), (503, "UNAVAILABLE", "Try again"),
            (502, "", "It is unknown whether"), (0, "", "Asking again is safe"),
        })
        {
            await tab.Page.RouteAsync(Calls, route => (status, code) switch
            {
                (0, _) => route.AbortAsync(),
                (_, "") => route.FulfillAsync(new() { Status = status, Body = "<html>" }),
                _ => route.FulfillAsync(
                    new() { Status = status, ContentType = "application/problem+json",
                        Body = $$"""{"status":{{status}},"code":"{{code}}","detail":"The token's role does not allow this."}""" }),
            });
            await tab.Button("Make secret").ClickAsync();
            await Expect(tab.Page.Locator("dialog .problem")).ToContainTextAsync(says);
            await tab.Page.UnrouteAllAsync();
        }

        await tab.Page.RouteAsync(
            Calls, route => route.FulfillAsync(new() { ContentType = "application/json", Body = """{"deviceSecret":"at-last"}""" }));
        await tab.Button("Make secret").ClickAsync();
        await Expect(tab.Page.Locator("#secret-text")).ToHaveTextAsync("at-last");
    }

    [Fact]
    public async Task A_secret_that_is_on_its_way_is_shown_though_somebody_closes_the_dialog()
    {
        var tab = await OpenAsync("demo-00001");
        var asked = new TaskCompletionSource<IRoute>();
        await tab.Page.RouteAsync(Calls, route =>
        {
            asked.SetResult(route);
            return Task.CompletedTask;
        });
        await tab.Button("Make secret").ClickAsync();
        var made = await asked.Task;
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(2);
        await made.FulfillAsync(new() { ContentType = "application/json", Body = """{"deviceSecret":"not-lost"}""" });
        await Expect(tab.Page.Locator("#secret-text")).ToHaveTextAsync("not-lost");

        // By then it may be closed, beside it by mistake not.
        await tab.Page.Mouse.ClickAsync(5, 5);
        await Expect(tab.Page.Locator("#secret-text")).ToBeVisibleAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page.Locator("#secret-text")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_weak_secret_is_marked_from_its_import_until_the_device_signs_in_or_has_a_new_one()
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("owner"), "?q=imported-");

        // Written down as it is drawn: the gateway hashes what is weak every 20 s, and may be quicker than a look.
        await tab.Page.EvaluateAsync("""
            window.marked = new Set();
            new MutationObserver(() => document.querySelectorAll('tr[data-device-id]:has(.weak)')
                .forEach(row => window.marked.add(row.dataset.deviceId)))
              .observe(document.body, { childList: true, subtree: true });
            """);
        foreach (var id in new[] { "imported-1", "imported-2" })
        {
            await ImportAsync(id);
            await Expect(tab.Row(id)).ToBeVisibleAsync();
        }

        Assert.NotEmpty(await tab.Page.EvaluateAsync<string[]>("[...window.marked]"));
        var nobody = Caller.At(gateway.Address);
        (await new TestDevice(nobody, nobody, "demo", "imported-1", "a-secret-of-imported-1").SignInAsync()).Is(200);
        await Expect(tab.Row("imported-1").Locator(".weak")).ToHaveCountAsync(0);

        await tab.Row("imported-2").ClickAsync();
        await tab.Button("New secret…").ClickAsync();
        await tab.Button("Make secret").ClickAsync();
        await Expect(tab.Page.Locator("#secret-text")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator(".weak")).ToHaveCountAsync(0);
    }

    private static ILocator End(Tab tab) => tab.Page.Locator("#secret-end");

    /// <summary>Opens the dialog for a device, as an owner does without a mouse.</summary>
    private async Task<Tab> OpenAsync(string deviceId)
    {
        await gateway.RunningAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(gateway.Address, PortalToken.Of("owner"), $"devices/{deviceId}");
        await tab.Button("New secret…").FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator("#secret-overlap")).ToBeFocusedAsync();
        return tab;
    }

    /// <summary>A device of the first system, which kept an unsalted SHA-256 of its secret.</summary>
    private async Task ImportAsync(string deviceId)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"a-secret-of-{deviceId}")));
        using var owner = Owner();
        using var answer = await owner.PostAsJsonAsync("devices", new { deviceId, secretHash = $"sha256:{hash}" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private HttpClient Owner() => new()
    {
        BaseAddress = new Uri(gateway.Address, "api/v1/customer/"),
        DefaultRequestHeaders = { Authorization = new("Bearer", PortalToken.Of("owner")) },
    };
}
