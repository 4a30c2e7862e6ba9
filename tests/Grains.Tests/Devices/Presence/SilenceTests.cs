namespace Rollcall.Devices.Presence;

public sealed class SilenceTests
{
    [Fact]
    public async Task Goes_offline_90_seconds_after_the_last_sign_of_life_and_not_before()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Pass(30);
        await device.Beat();
        var heard = roll.Clock.GetUtcNow();

        await roll.Pass(89.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);

        await roll.Pass(0.1);
        var shown = await device.Shown();
        Assert.Equal((DeviceStatus.Offline, PresenceReason.HeartbeatTimeout), (shown.Status, shown.Reason!.Value));
        Assert.Equal(heard + TimeSpan.FromSeconds(90), shown.StatusSince);
        Assert.Equal(heard, shown.LastSeen);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
    }

    [Fact]
    public async Task Silence_through_a_gateway_that_does_not_reach_every_silo_is_judged_a_whole_timeout_after_it_does()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        for (var second = 0; second < 200; second++)
        {
            roll.Outages.GatewaySuspected(TwinCluster.Gateway);
            await roll.Pass(1);
        }

        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        roll.Outages.GatewayRenewed(TwinCluster.Gateway);
        roll.Outages.GatewayJoined(TwinCluster.Gateway);
        await roll.Pass(89.5);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(1.5);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
    }

    [Fact]
    public async Task A_tick_that_was_queued_behind_a_beat_decides_anew()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Pass(89.5);

        roll.Store.Block();
        var beat = device.Beat();
        await Eventually.IsSoAsync(() => roll.Store.Waiting == 1);
        roll.Clock.Advance(TimeSpan.FromSeconds(1));
        roll.Store.Unblock();
        Assert.True((await beat).Stored);
        await roll.Turns();
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);

        await roll.Pass(88.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(0.1);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
    }

    [Fact]
    public async Task A_stall_of_the_process_is_not_the_devices_silence()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Pass(30);

        roll.Clock.Advance(TimeSpan.FromMinutes(10));
        await roll.Turns();
        await roll.Pass(89.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(0.1);
        Assert.Equal(DeviceStatus.Offline, (await device.Shown()).Status);
    }

    [Fact]
    public async Task A_device_stored_online_has_a_full_window_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        GrainDevice device;
        await using (var first = await TwinCluster.Start(folder))
        {
            device = await first.Join("lamp");
            await device.Beat();
            await first.Pass(80);
        }

        await using var roll = await TwinCluster.Start(folder);
        device = roll.Known("lamp", device.Secret, device.Session);
        await device.Grain.Wake();
        await roll.Pass(89.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(0.1);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
    }

    [Fact]
    public async Task A_goodbye_takes_the_device_off_the_roll_at_once()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat(health: DeviceHealth.Degraded);
        await roll.Pass(1);

        Assert.True((await device.Goodbye()).Stored);

        var shown = await device.Shown();
        Assert.Equal((DeviceStatus.Offline, PresenceReason.Goodbye, DeviceHealth.Degraded), (shown.Status, shown.Reason!.Value, shown.Health!.Value));
        await device.Beat();
        Assert.Equal(["online heartbeat", "offline goodbye", "online heartbeat"], await device.Log());
    }

    [Fact]
    public async Task A_device_heard_through_a_lost_gateway_has_a_full_window_from_that_loss()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        roll.Outages.GatewayJoined("gateway-2");
        await device.Connect("socket");
        await roll.Pass(60);

        roll.Outages.GatewayLost(TwinCluster.Gateway);
        Assert.False((await device.Read()).Connected);
        await roll.Pass(89.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(0.1);
        Assert.Equal(["online connected", "offline heartbeat_timeout"], await device.Log());
    }
}
