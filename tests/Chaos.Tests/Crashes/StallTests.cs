using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

public sealed class StallTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Devices = 100;

    /// <summary>A laptop that slept, a debugger, a host that swaps: the time in which we stood still is not the devices' silence.</summary>
    [Fact]
    public async Task A_gateway_that_stood_still_for_longer_than_the_timeout_calls_nobody_offline()
    {
        var place = Install();
        await using var fleet = TestFleet.Of(place.Address, await place.SeedAsync(Devices), Seeded());
        var gateway = await place.StartAsync();
        await fleet.SignInAsync();
        await fleet.BeatOnceAsync();

        // Half of them knock all the while. Of the others nothing waits in a socket: whoever looks at the clock first is wrong about them.
        var silent = fleet.Devices.Where((_, index) => index % 2 == 0).ToList();
        silent.ForEach(device => device.Silent = true);
        fleet.Go();
        Signals.Stop(gateway.Process.Id);
        await Task.Delay(place.Timeout + TimeSpan.FromSeconds(1), TimeProvider.System);
        Signals.Continue(gateway.Process.Id);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        silent.ForEach(device => device.Silent = false);
        await Task.Delay(place.Timeout, TimeProvider.System);
        await fleet.PauseAsync();
        Output.WriteLine($"Answers: {fleet}");

        Assert.DoesNotContain(place.Roll.Events(), one => one.Reason is not ("heartbeat" or "goodbye"));
        Promises.AreKept(place.Roll, fleet);
        fleet.HeardNoRefusal();
    }
}
