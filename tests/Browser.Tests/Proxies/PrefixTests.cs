using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rollcall.Support.Servers;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Proxies;

/// <summary>The page below a path of somebody else's name.</summary>
public sealed class PrefixTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task The_page_works_below_a_path_that_the_proxy_cuts_off()
    {
        Assert.SkipWhen(MiddleServer.Missing("nginx") is not null, MiddleServer.Missing("nginx") ?? "");
        var place = Install();
        place.Settings["PUBLIC_URL"] = "http://localhost/rollcall";
        await place.StartAsync();
        await using var proxy = await MiddleServer.NginxAsync((port, folder) => Nginx(port, folder, place.Port));
        var address = new Uri(proxy.Address, "rollcall/");
        var device = await TestDevice.SignedInAsync(Caller.At(address), "pump-1", "Pump 1");
        await device.MeasureAsync();

        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(address, PortalToken.Of("owner"));
        await tab.Row("pump-1").Locator(".device-open").ClickAsync();
        await Expect(tab.Page).ToHaveURLAsync($"{address}devices/pump-1");
        await Expect(tab.Drawer).ToBeVisibleAsync();
        await tab.Page.ReloadAsync();
        await tab.LiveAsync();
        await Expect(tab.Drawer).ToContainTextAsync("Pump 1");
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page).ToHaveURLAsync(address.ToString());
        await tab.Search.FillAsync("pump");
        await Expect(tab.Page).ToHaveURLAsync($"{address}?q=pump");
        Assert.Equal(
            [address.ToString(), $"{address}reference"],
            await tab.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('header a')].map(link => link.href)"));
        await Expect(tab.Page).ToHaveTitleAsync(new Regex("Rollcall"));

        // The gateway's own root, where the page's base does not lead.
        await tab.OpenLiveAsync(place.Address, PortalToken.Of("owner"), "?q=pump");
        await Expect(tab.Page).ToHaveURLAsync($"{place.Address}rollcall/?q=pump");
    }

    [Fact]
    public async Task A_gateway_without_the_reference_has_no_link_to_it()
    {
        var place = Install();
        place.Settings["REFERENCE"] = "false";
        await place.StartAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(place.Address, PortalToken.Of("viewer"));
        await Expect(tab.Page.Locator("header a")).ToHaveCountAsync(1);
    }

    private static string Nginx(int port, string folder, int gateway)
    {
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }
            .Select(kind => $"{kind}_temp_path {folder}/{kind}; "));
        return $$"""
            daemon off;
            pid {{folder}}/nginx.pid;
            worker_processes 1;
            events { }
            http {
              access_log off;
              {{temporary}}
              server {
                listen 127.0.0.1:{{port}};
                location /rollcall/ {
                  proxy_pass http://127.0.0.1:{{gateway}}/;
                  proxy_http_version 1.1;
                  proxy_set_header Upgrade $http_upgrade;
                  proxy_set_header Connection upgrade;
                }
              }
            }
            """;
    }
}
