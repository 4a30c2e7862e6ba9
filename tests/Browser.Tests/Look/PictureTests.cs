using System.Runtime.CompilerServices;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Rollcall.Look;

/// <summary>
/// The picture of the README, docs/portal.png, taken of the running demo. What its header says stands beside it in docs/portal.txt: a page whose
/// header says something else needs a new picture.
/// </summary>
public sealed class PictureTests(Chromium chromium) : BrowserTest(chromium)
{
    private const string Rewrite = "REWRITE_REFERENCE";

    private const string Header = """
        () => [document.querySelector('.top').innerText, ...[...document.querySelectorAll('thead th')].map(head => head.innerText)]
          .join('\n').split('\n').map(line => line.trim()).filter(line => line.length > 0).join('\n') + '\n'
        """;

    [Fact]
    public async Task The_page_has_the_header_of_its_picture()
    {
        var place = Install(8, timeoutSeconds: 900);
        await place.StartAsync();
        var tab = await OpenTabAsync();
        await tab.Page.SetViewportSizeAsync(1280, 800);
        await tab.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
        await tab.OpenLiveAsync(place.Address, PortalToken.Of("owner"));
        await Expect(tab.Page.Locator("tr[data-status=online]")).ToHaveCountAsync(7, new() { Timeout = 30_000 });
        var header = await tab.Page.EvaluateAsync<string>(Header);
        if (Environment.GetEnvironmentVariable(Rewrite) is not null)
        {
            // Until its curves have some length.
            await Task.Delay(TimeSpan.FromSeconds(25), TimeProvider.System, TestContext.Current.CancellationToken);
            await tab.Page.ScreenshotAsync(new() { Path = Of("portal.png"), Animations = ScreenshotAnimations.Disabled });
            await File.WriteAllTextAsync(Of("portal.txt"), header, TestContext.Current.CancellationToken);
        }

        Assert.True(
            await File.ReadAllTextAsync(Of("portal.txt"), TestContext.Current.CancellationToken) == header,
            "docs/portal.png shows another header than the page has. This takes it again:\n"
            + $"{Rewrite}=1 dotnet test --project tests/Browser.Tests -- --filter-class \"*{nameof(PictureTests)}\"\n" + header);
    }

    private static string Of(string file, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs", file));
}
