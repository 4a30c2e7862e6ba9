using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Rollcall.Journal;
using Rollcall.Outages;

namespace Rollcall.Devices.Turn;

/// <summary>A twin that silos move among themselves, to have the same share each.</summary>
public sealed class MoveTests
{
    [Fact]
    public async Task A_device_that_fell_silent_before_the_move_is_offline_on_time_though_nobody_calls_it()
    {
        await using var roll = await TwinCluster.Start(silos: 2);
        var lamp = await roll.Join("lamp");
        Assert.True((await lamp.Beat()).Stored);
        await roll.Pass(60);

        // Deaf for a moment, which the silo that has the twin was not.
        var elsewhere = await ElsewhereAsync(roll, lamp);
        var outages = elsewhere.ServiceProvider.GetRequiredService<OutageMonitor>();
        outages.StoreLost();
        outages.StoreBack();
        await MoveAsync(roll, lamp, elsewhere.SiloAddress);

        for (var second = 60; second < 90; second++)
        {
            Assert.Equal(DeviceStatus.Online, (await roll.Row("lamp"))!.Presence.Status);
            roll.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await Eventually.IsSoAsync(async () => (await roll.Row("lamp"))!.Presence.Status == DeviceStatus.Offline);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await lamp.Log());
        Assert.Equal(elsewhere.SiloAddress, await WhereAsync(roll, lamp));
    }

    [Fact]
    public async Task What_is_heard_and_not_stored_goes_along()
    {
        await using var roll = await TwinCluster.Start(silos: 2);
        var lamp = await roll.Join("lamp");
        Assert.True((await lamp.Beat("""{"n":1}""")).Stored);
        roll.Store.Fault = Fault.Away;
        Assert.False((await lamp.Beat("""{"n":2}""")).Stored);
        await MoveAsync(roll, lamp, (await ElsewhereAsync(roll, lamp)).SiloAddress);
        roll.Store.Fault = Fault.None;
        await Eventually.IsSoAsync(async () =>
        {
            await roll.Pass(1);
            return (await roll.Row("lamp"))!.Presence.Metrics == """{"n":2}""";
        }, step: Eventually.ShortestStep);
    }

    [Fact]
    public async Task A_session_that_was_used_and_not_stored_goes_along()
    {
        await using var roll = await TwinCluster.Start(silos: 2);
        var lamp = await roll.Join("lamp");
        Assert.True((await lamp.Beat()).Stored);
        await lamp.Authenticate();
        roll.Store.Fault = Fault.Away;
        Assert.False((await lamp.Beat()).Stored);
        await MoveAsync(roll, lamp, (await ElsewhereAsync(roll, lamp)).SiloAddress);
        roll.Store.Fault = Fault.None;
        await Eventually.IsSoAsync(async () =>
        {
            await roll.Pass(1);
            return (await roll.Row("lamp"))!.Session is { Next: null } session && session.Id == lamp.Session.Id;
        }, step: Eventually.ShortestStep);
    }

    [Fact]
    public async Task So_do_the_names_of_what_did_not_fit()
    {
        await using var roll = await TwinCluster.Start(silos: 2);
        var lamp = await roll.Join("lamp");
        Assert.True(
            (await lamp.Grain.Heartbeat(
                new Heartbeat(lamp.Session, false, DeviceHealth.Healthy, "{}", TwinCluster.Gateway, Ignored: new[] { "fan" }))).Stored);
        await MoveAsync(roll, lamp, (await ElsewhereAsync(roll, lamp)).SiloAddress);
        Assert.Equal(["fan"], (await lamp.Grain.Read(TwinCluster.Customer)).Device!.IgnoredMetrics);
        Assert.Equal(
            ["fan"], Assert.Single((await roll.Grains.GetFleet(TwinCluster.Customer).List(new(null, null, null, null, 10))).Devices).IgnoredMetrics);
    }

    private static async Task<Orleans.TestingHost.InProcessSiloHandle> ElsewhereAsync(TwinCluster roll, GrainDevice device)
    {
        var here = await WhereAsync(roll, device);
        return roll.Cluster.Silos.Single(silo => !silo.SiloAddress.Equals(here));
    }

    private static async Task<SiloAddress?> WhereAsync(TwinCluster roll, GrainDevice device) =>
        await roll.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(device.Grain);

    private static async Task MoveAsync(TwinCluster roll, GrainDevice device, SiloAddress to)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, to);
        await device.Grain.AsReference<IGrainManagementExtension>().MigrateOnIdle();
        RequestContext.Clear();
        await Eventually.IsSoAsync(async () => to.Equals(await WhereAsync(roll, device)));
    }
}
