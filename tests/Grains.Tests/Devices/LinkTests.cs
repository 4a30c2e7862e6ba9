namespace Rollcall.Devices;

public sealed class LinkTests
{
    [Fact]
    public async Task A_socket_closed_without_goodbye_has_15_seconds_to_come_back()
    {
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        await device.Connect("socket");
        Assert.True((await device.Read()).Connected);
        await roll.Pass(10);
        await device.Grain.Disconnect("socket");
        Assert.False((await device.Read()).Connected);

        await roll.Pass(14.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(0.1);
        Assert.Equal(["online connected", "offline link_lost"], await device.Log());
    }

    [Fact]
    public async Task Any_sign_of_life_ends_the_grace_without_a_trace()
    {
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        await device.Connect("socket");
        await device.Grain.Disconnect("socket");
        await roll.Pass(14.9);
        await device.Beat();

        await roll.Pass(89.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        Assert.Equal(["online connected"], await device.Log());
        await roll.Pass(0.1);
        Assert.Equal(["online connected", "offline heartbeat_timeout"], await device.Log());
    }

    [Fact]
    public async Task A_late_close_of_an_old_socket_touches_nothing()
    {
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        await device.Connect("old");
        await device.Connect("new");
        await device.Grain.Disconnect("old");

        Assert.True((await device.Read()).Connected);
        await roll.Pass(20);
        Assert.Equal(["online connected"], await device.Log());
    }
}
