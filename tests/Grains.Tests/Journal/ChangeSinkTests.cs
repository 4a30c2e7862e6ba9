using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>Who follows what is stored sees each change once, in the order of the commits, and none that was not committed.</summary>
public sealed class ChangeSinkTests
{
    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.Away)]
    [InlineData(Fault.LostBeforeCommit)]
    [InlineData(Fault.LostAfterCommit)]
    public async Task Changes_follow_one_another_whatever_became_of_a_flush(Fault fault)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        roll.Store.Fault = fault;
        await device.Goodbye();
        await roll.Recover(async () => (await device.Read()).Status == DeviceStatus.Offline);
        await device.Beat();
        var command = new NewCommand("blink", null, TimeSpan.FromHours(1), "owner", "key", MayBeKnown: false);
        Assert.Equal(Refusal.None, (await device.Grain.Send(TwinCluster.Customer, command)).Refusal);
        var last = (await roll.Row("lamp"))!;
        Assert.Equal(Refusal.None, await device.Grain.Delete(TwinCluster.Customer));

        var changes = roll.Changes.Of("lamp");
        Assert.Null(changes[^1].Next);
        Assert.Equal(last.Revision, changes[^2].Next!.Revision);
        Assert.All(changes.Skip(1).Zip(changes), pair => Assert.Equal(pair.Second.Next, pair.First.Base));
        Assert.Equal([1L, 2, 3], changes.Select(change => change.Transition?.Seq).OfType<long>());
        Assert.Equal(1, changes.Sum(change => change.Events.OfType<CommandChanged>().Count()));
    }
}
