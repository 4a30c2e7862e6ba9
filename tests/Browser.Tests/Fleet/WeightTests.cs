using System.Diagnostics;

namespace Rollcall.Fleet;

/// <summary>
/// What a first visit and the next cost. Figures from a published gateway (GATEWAY_PROGRAM): one built for debugging serves several times
/// as much.
/// </summary>
public sealed class WeightTests(Chromium chromium, ITestOutputHelper output) : BrowserTest(chromium)
{
    private const string Bytes = """
        () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .reduce((sum, part) => sum + part.transferSize, 0)
        """;

    [Fact]
    public async Task The_second_visit_takes_next_to_nothing_from_the_network()
    {
        var place = Install(DemoGateway.Devices);
        await place.StartAsync();
        var tab = await OpenFreshTabAsync();
        var (first, cold) = await VisitAsync(tab, place);
        await tab.Page.GotoAsync("about:blank");
        var (second, warm) = await VisitAsync(tab, place);
        output.WriteLine($"First visit {first / 1e6:0.00} MB, live after {cold:0.0} s; second {second / 1e3:0.0} kB, {warm:0.0} s");
        Assert.InRange(second, 0, first / 20);
    }

    private static async Task<(double Bytes, double Seconds)> VisitAsync(Tab tab, Installation place)
    {
        var watch = Stopwatch.StartNew();
        await tab.OpenLiveAsync(place.Address, PortalToken.Of("viewer"));
        return (await tab.Page.EvaluateAsync<double>(Bytes), watch.Elapsed.TotalSeconds);
    }
}
