using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

public sealed class KillTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Devices = 300;
    private const int SilentOnes = 20;

    /// <summary>How long a busy machine may take to write it down. That a deadline is kept to the second is a fact of the rule's tests.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Whatever_was_answered_200_survives_kill_9_and_nobody_goes_offline_for_our_fault()
    {
        var random = Seeded();
        var place = Install();
        await using var fleet = TestFleet.Of(place.Address, await place.SeedAsync(Devices), random);
        var gateway = await place.StartAsync();
        await fleet.SignInAsync();
        await fleet.BeatOnceAsync();
        for (var round = 1; round <= Rounds.Of(2); round++)
        {
            fleet.Go();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 1_200)), TimeProvider.System);
            await gateway.Process.KillAsync();
            await fleet.PauseAsync();
            Promises.AreKept(place.Roll, fleet);

            var silent = Silence(fleet, place.Roll, random);
            gateway = await Restart(place, fleet);
            await SilentOnesGoOfflineInTheirTime(place, fleet, silent, gateway);
            await fleet.PauseAsync();
            Output.WriteLine(
                $"Round {round}: up {gateway.StartTime.TotalSeconds:0.00} s after its start, first answer "
                    + $"after {(fleet.FirstAnswer - gateway.Process.StartedAt)?.TotalSeconds:0.00} s; answers so far: {fleet}");
        }

        await gateway.Process.KillAsync();
        Promises.AreKept(place.Roll, fleet);
        fleet.HeardNoRefusal();
    }

    private static List<FleetDevice> Silence(TestFleet fleet, RollFile roll, Random random)
    {
        var online = roll.Devices().Where(device => device.Status == "online").Select(device => device.Id).ToHashSet();
        var silent = fleet.Devices.Where(device => online.Contains(device.Id)).OrderBy(_ => random.Next()).Take(SilentOnes).ToList();
        silent.ForEach(device => device.Silent = true);
        return silent;
    }

    /// <summary>The others knock all the while.</summary>
    private static Task<GatewayProcess> Restart(Installation place, TestFleet fleet)
    {
        fleet.ForgetAnswers();
        fleet.Go();
        return place.StartAsync();
    }

    private static async Task SilentOnesGoOfflineInTheirTime(Installation place, TestFleet fleet, List<FleetDevice> silent, GatewayProcess gateway)
    {
        var ids = silent.Select(device => device.Id).ToHashSet();
        var since = gateway.Process.StartedAt;
        List<StoredEvent> lapses = [];
        await Eventually.IsSoAsync(
            () => (lapses = Lapses(place, since)).Count(lapse => ids.Contains(lapse.DeviceId)) == ids.Count,
            place.Timeout + Late,
            () => $"the {ids.Count} silent devices are offline, not only {lapses.Count}");

        Assert.All(lapses, lapse => Assert.Contains(lapse.DeviceId, ids));
        var ready = since + gateway.StartTime;
        Assert.All(lapses, lapse => Assert.InRange(lapse.At, fleet.LastDeaf + place.Timeout, ready + place.Timeout + Late));
        silent.ForEach(device => device.Silent = false);
    }

    /// <summary>Transitions that nobody wished.</summary>
    private static List<StoredEvent> Lapses(Installation place, DateTimeOffset since) =>
        [.. place.Roll.Events().Where(one => one.At >= since && one.To == "offline" && one.Reason != "goodbye")];
}
