using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Measuring;
using Rollcall.Support.Measuring;

namespace Rollcall.Warming;

/// <summary>The device that nobody has: whoever plays it is answered as a device is, and nothing is left.</summary>
public sealed class WarmUpTests
{
    [Fact]
    public async Task Its_twin_answers_as_any_does_and_neither_a_row_nor_a_count_is_left()
    {
        await using var roll = await TwinCluster.Start();
        var silo = roll.Cluster.Silos[0].ServiceProvider;
        using var heard = new Instruments(silo.GetRequiredService<IMeterFactory>());
        var (id, began) = (WarmUp.NewDeviceId(), roll.Store.Batches.Count);
        var twin = roll.Grains.GetDevice(id);
        Assert.True((await twin.Heartbeat(Beat())).Stored);
        Assert.Equal(Refusal.None, (await twin.Connect(new DeviceConnectionInfo("link", WarmUp.Session, TwinCluster.Gateway))).Refusal);
        Assert.Equal(0, heard.Now("rollcall.twins"));
        await twin.Disconnect("link");
        Assert.Equal(Refusal.None, await twin.Delete(WarmUp.CustomerId));

        // The way to the store was gone, each time.
        Assert.Equal(began + 3, roll.Store.Batches.Count);
        Assert.Null(await roll.Row(id));
        Assert.Equal(
            0, heard.Sum("rollcall.beats stored") + heard.Sum("rollcall.journal.records fenced") + heard.Sum("rollcall.journal.records stored"));
        Assert.Equal(Refusal.InvalidCredentials, (await twin.Authenticate("whatever it is")).Refusal);
    }

    [Fact]
    public async Task A_silo_has_gone_the_way_to_its_store_before_it_takes_twins()
    {
        await using var roll = await TwinCluster.Start();
        Assert.True(roll.Store.Batches.Count > 0);
        Assert.True(roll.Store.Reads > 0);
        Assert.Equal(0, roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<SiloMeter>().Twins);
    }

    [Theory]
    [InlineData(Fault.Away)]
    [InlineData(Fault.LostBeforeCommit)]
    public async Task A_store_that_fails_it_is_not_away_for_that(Fault fault)
    {
        await using var roll = await TwinCluster.Start();
        roll.Store.Fault = fault;
        var twin = roll.Grains.GetDevice(WarmUp.NewDeviceId());
        var asked = roll.Store.Batches.Count;
        Assert.Equal(Refusal.None, (await twin.Heartbeat(Beat())).Refusal);
        Assert.Equal(Refusal.None, (await twin.Heartbeat(Beat())).Refusal);

        // Once, by the read or by a write: a start does not wait for it again and again.
        Assert.Equal(asked, roll.Store.Batches.Count);
        Assert.False(roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<StoreHealth>().IsAway);
    }

    [Fact]
    public void No_device_has_such_an_id() => Assert.False(Ids.IsValid(WarmUp.NewDeviceId()));

    private static Heartbeat Beat() => new(WarmUp.Session, false, DeviceHealth.Healthy, """{"cpu":1}""", TwinCluster.Gateway);
}
