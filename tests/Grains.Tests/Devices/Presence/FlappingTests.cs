namespace Rollcall.Devices.Presence;

/// <summary>A device that comes and goes too often.</summary>
public sealed class FlappingTests
{
    [Fact]
    public async Task Is_shown_from_the_seventh_transition_until_fewer_than_three_are_within_the_hour()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var began = roll.Clock.GetUtcNow();
        for (var round = 0; round < 3; round++)
        {
            await device.Beat();
            await device.Goodbye();
            await roll.Pass(10);
        }

        Assert.Null((await device.Shown()).Flapping);
        await device.Beat();
        Assert.Equal(new Flapping(7, began), (await device.Shown()).Flapping);
        await device.Goodbye();
        Assert.Equal(8, (await device.Shown()).Flapping!.Changes);

        // The third newest is the one of the third round.
        var calm = began + TimeSpan.FromSeconds(20) + TimeSpan.FromHours(1);
        while (roll.Clock.GetUtcNow() < calm - TimeSpan.FromSeconds(1))
        {
            await roll.Pass(1);
        }

        Assert.NotNull((await device.Shown()).Flapping);
        await roll.Pass(2);
        Assert.Null((await device.Shown()).Flapping);
        Assert.Equal(8, (await device.Log()).Length);
    }

    [Fact]
    public async Task Ends_by_the_reminder_when_the_twin_is_gone()
    {
        await using var roll = await TwinCluster.Start(change: TwinCluster.Unhurried);
        var device = await roll.Join("lamp");
        for (var round = 0; round < 4; round++)
        {
            await device.Beat();
            await device.Goodbye();
        }

        var began = roll.Clock.GetUtcNow();
        await roll.Lose(device);
        await Eventually.IsSoAsync(async () =>
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(4));
            return (await roll.Row("lamp"))!.Presence.Flaps.Since is null;
        }, step: Eventually.ShortestStep);
        Assert.InRange(roll.Clock.GetUtcNow() - began, TimeSpan.FromHours(1), TimeSpan.FromMinutes(70));
        await Eventually.IsSoAsync(() =>
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(4));
            return !roll.Reminders.Has(device.Grain);
        }, step: Eventually.ShortestStep);
    }
}
