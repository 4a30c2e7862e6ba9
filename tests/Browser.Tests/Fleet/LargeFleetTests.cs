using static Microsoft.Playwright.Assertions;

namespace Rollcall.Fleet;

public sealed class LargeFleetTests(Chromium chromium, ITestOutputHelper output) : BrowserTest(chromium)
{
    private const int Devices = 5_000;
    private const int MostRows = 100;

    /// <summary>A flick of the wheel: 90 rows a second for two seconds, then a leap to the end; looks at each frame.</summary>
    private const string Scroll = """
        async () => {
          const fleet = document.getElementById('fleet');
          const box = fleet.getBoundingClientRect();
          const seen = { frames: 0, blank: 0, most: 0 };
          const frame = () => new Promise(done => requestAnimationFrame(done));
          const look = () => {
            seen.frames++;
            seen.most = Math.max(seen.most, document.querySelectorAll('tr[data-device-id]').length);
            const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            if (!middle?.closest('tr[data-device-id]')) { seen.blank++; }
          };
          for (let step = 0; step < 120; step++) { fleet.scrollTop += 90; await frame(); look(); }
          fleet.scrollTop = fleet.scrollHeight;
          for (let wait = 0; wait < 60; wait++) { await frame(); }
          look();
          return seen;
        }
        """;

    [Fact]
    public async Task Five_thousand_devices_scroll_smoothly_and_few_of_them_are_drawn()
    {
        var place = Install();
        await place.SeedAsync(Devices + 1);
        await place.StartAsync();
        var tab = await OpenTabAsync();
        await tab.OpenLiveAsync(place.Address, PortalToken.Of("viewer"));
        await Expect(tab.Page.Locator("[data-count=total]")).ToHaveTextAsync("5,001");
        await Expect(tab.Page.Locator(".foot")).ToHaveTextAsync("5,000 devices. There are more: search to narrow.");

        var seen = await tab.Page.EvaluateAsync<Scrolled>(Scroll);
        output.WriteLine($"{seen}");
        Assert.InRange(seen.Most, 10, MostRows);
        Assert.InRange(seen.Blank, 0, seen.Frames / 20);
        await Expect(tab.Row("device-05000")).ToBeInViewportAsync();

        await tab.Search.FillAsync("device-05001");
        await Expect(tab.Rows).ToHaveCountAsync(1);
    }

    private sealed record Scrolled
    {
        public int Frames { get; set; }

        public int Blank { get; set; }

        public int Most { get; set; }
    }
}
