using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

/// <summary>A start with a clock that is far ahead of the store, which is the same as a store whose times are far behind the clock.</summary>
public sealed class ClockTests(ITestOutputHelper output) : CrashTest(output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_start_100_days_later_forgets_nothing_says_so_once_and_believes_it_when_told_to()
    {
        var place = Install(demoDevices: 2);
        var gateway = await place.StartAsync();
        using (var portal = new Portal(place.Address, gateway.Token))
        {
            await portal.AllAreAsync("online", "demo-", 2, Soon);
        }

        await StopAsync(gateway);
        place.Settings["Demo__Devices"] = "0";
        var before = place.Roll.Events().Count;
        Assert.InRange(before, 2, int.MaxValue);
        place.Roll.Age(days: 100);

        gateway = await place.StartAsync();
        await gateway.Process.SaysAsync("--trust-clock", Soon);
        await Eventually.IsSoAsync(() => place.Roll.Counted() == before, Soon, () => "not counted");
        Assert.Equal(before, place.Roll.Events().Count);
        Assert.Single(gateway.Process.Output, line => line.Contains("--trust-clock", StringComparison.Ordinal));
        await StopAsync(gateway);

        var trusting = place.Run("--trust-clock");
        await trusting.LineAsync("Portal:", Soon);
        await Eventually.IsSoAsync(() => place.Roll.Events().Count == 0, Soon, () => $"{place.Roll.Events().Count} left");
        Assert.DoesNotContain(trusting.Output, line => line.Contains("--trust-clock", StringComparison.Ordinal));
        Signals.Terminate(trusting.Id);
        Assert.Equal(0, await trusting.ExitCodeAsync(Soon));
    }

    private static async Task StopAsync(GatewayProcess gateway)
    {
        Signals.Terminate(gateway.Process.Id);
        Assert.Equal(0, await gateway.Process.ExitCodeAsync(Soon));
    }
}
