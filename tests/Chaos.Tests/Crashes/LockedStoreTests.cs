using Rollcall.Support.Fleets;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

public sealed class LockedStoreTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Devices = 200;

    [Fact]
    public async Task Beats_heard_while_the_store_is_locked_are_stored_when_it_opens_without_another_beat_and_nobody_goes_offline()
    {
        var place = Install();
        await using var fleet = TestFleet.Of(place.Address, await place.SeedAsync(Devices), Seeded());
        await place.StartAsync();
        await fleet.SignInAsync();
        await fleet.BeatOnceAsync();

        using (place.Roll.Lock())
        {
            fleet.Go();
            await Task.Delay(place.Timeout + TimeSpan.FromSeconds(1), TimeProvider.System);
            await fleet.PauseAsync();
            await fleet.BeatOnceAsync();
            Assert.All(fleet.Devices, device => Assert.Equal(device.Sent, device.Heard));
            Assert.True(fleet.Answers[202] >= Devices, $"Heard: {fleet}");
        }

        var caughtUp = await Eventually.IsSoAsync(
            () => Behind(place.Roll, fleet).Count == 0,
            TimeSpan.FromSeconds(10),
            () => $"the newest beat of each is in the file, not so of {string.Join(", ", Behind(place.Roll, fleet).Take(10))}");
        Output.WriteLine($"Caught up {caughtUp.TotalSeconds:0.00} s after the store opened; answers: {fleet}");

        Assert.DoesNotContain(place.Roll.Events(), one => one.Reason is not ("heartbeat" or "goodbye"));
        Assert.All(place.Roll.Devices().Where(device => device.Seq > 0), device => Assert.Equal("online", device.Status));
        Promises.AreKept(place.Roll, fleet);
        fleet.HeardNoRefusal();
    }

    private static List<string> Behind(RollFile roll, TestFleet fleet)
    {
        var stored = roll.Devices().ToDictionary(device => device.Id, device => device.Counter);
        return [.. fleet.Devices.Where(device => stored[device.Id] != device.Heard)
            .Select(device => $"{device.Id} (heard {device.Heard}, has {stored[device.Id]})")];
    }
}
