using System.Diagnostics;
using Rollcall.Fleets;
using Rollcall.Processes;
using Rollcall.Rolls;

namespace Rollcall.Crashes;

public sealed class StopTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Devices = 300;

    [Fact]
    public async Task A_gateway_told_to_stop_under_load_ends_in_seconds_keeps_its_promises_and_complains_of_nothing()
    {
        var random = Seeded();
        var place = Install(demoDevices: 5);
        await using var fleet = TestFleet.Of(place.Address, await place.SeedAsync(Devices), random);
        var gateway = await place.StartAsync();
        await fleet.SignInAsync();
        fleet.Go();
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 1_500)), TimeProvider.System);

        var stopping = Stopwatch.StartNew();
        Signals.Terminate(gateway.Process.Id);
        Assert.Equal(0, await gateway.Process.ExitCodeAsync(TimeSpan.FromSeconds(8)));
        Output.WriteLine($"Stopped after {stopping.Elapsed.TotalSeconds:0.00} s; answers: {fleet}");
        await fleet.PauseAsync();

        Promises.AreKept(place.Roll, fleet);
        fleet.HeardNoRefusal();
        Assert.Empty(gateway.Faults);
        Assert.Empty(gateway.Process.Errors);
    }
}
