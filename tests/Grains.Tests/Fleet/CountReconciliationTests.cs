using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Fleet;

/// <summary>Counts that somebody else has made wrong.</summary>
public sealed class CountReconciliationTests
{
    private const string Spoil = "UPDATE customers SET state_online = 7, state_down = -2";
    private static readonly StateCounts OneOnline = new(1, 0, 0, 0, 0, 0, 0);

    [Fact]
    public async Task Are_right_again_after_the_next_start()
    {
        using var folder = new TemporaryFolder();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using (var first = await TwinCluster.Start(folder, clock))
        {
            await (await first.Join("lamp")).Beat();
            await first.Execute(Spoil);
            Assert.Equal(new StateCounts(7, 0, 0, 0, 0, 0, 0), (await Counts(first)).States);
        }

        await using var roll = await TwinCluster.Start(folder, clock);
        await AreRight(roll);
    }

    [Fact]
    public async Task Are_right_again_after_a_day()
    {
        await using var roll = await TwinCluster.Start(change: TwinCluster.Unhurried);
        await (await roll.Join("lamp")).Beat();
        await AreRight(roll);
        await roll.Execute(Spoil);
        await Eventually.IsSoAsync(async () =>
        {
            roll.Clock.Advance(TimeSpan.FromHours(1));
            return (await Counts(roll)).States == OneOnline;
        });
    }

    [Fact]
    public async Task Follow_what_is_said_of_a_device()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        Assert.Equal(new StateCounts(0, 0, 0, 0, 1, 0, 0), (await Counts(roll)).States);
        await device.Beat();
        Assert.Equal(OneOnline, (await Counts(roll)).States);
        await device.Beat(health: Devices.DeviceHealth.Degraded);
        Assert.Equal(new StateCounts(0, 1, 0, 0, 0, 0, 0), (await Counts(roll)).States);
        await roll.Pass(91);
        Assert.Equal(new StateCounts(0, 0, 1, 0, 0, 0, 0), (await Counts(roll)).States);
        await device.Grain.Patch(TwinCluster.Customer, new Devices.DevicePatch(Mode: Devices.DeviceMode.Maintenance), null);
        Assert.Equal(new StateCounts(0, 0, 0, 0, 0, 1, 0), (await Counts(roll)).States);
        await device.Grain.Delete(TwinCluster.Customer);
        Assert.Equal(new StateCounts(0, 0, 0, 0, 0, 0, 0), (await Counts(roll)).States);
    }

    private static Task<TimeSpan> AreRight(TwinCluster roll) => Eventually.IsSoAsync(async () => (await Counts(roll)).States == OneOnline);

    private static async Task<Counts> Counts(TwinCluster roll) =>
        (await roll.Grains.GetFleet(TwinCluster.Customer).List(new DeviceQuery(null, null, null, null, 10))).Counts;
}
