namespace Rollcall.Devices.Presence;

/// <summary>
/// How many transitions a device can write that comes and goes in every way there is. Each is a line in the log for ever; what a device
/// may do without end must not write without end.
/// </summary>
public sealed class FlapTests
{
    private const int Rounds = 100;

    /// <summary>
    /// At most, for rounds that take 10 s in all with 6 goodbyes a minute and 10 at once: 10 + 1 goodbyes, each with a return, and one
    /// more.
    /// </summary>
    private const int Most = 24;

    [Fact]
    public async Task Signing_in_and_out_in_turns_writes_no_more_than_goodbyes_may()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var round = 0; round < Rounds; round++)
        {
            await device.Authenticate();
            Assert.True((await device.Beat()).Stored);
            Assert.Equal(Refusal.None, await device.Grain.EndSession(device.Session));
            Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
            await roll.Pass(0.1);
        }

        Assert.InRange((await roll.Events("lamp")).Count, 20, Most);

        // The session is over, so its silence decides; once.
        await device.Authenticate();
        await device.Beat();
        while ((await device.Goodbye()).Refusal == Refusal.None)
        {
            await device.Beat();
        }

        await device.Grain.EndSession(device.Session);
        var before = await device.Log();
        await roll.Pass(89);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(2);
        var after = await device.Log();
        Assert.Equal((before.Length + 1, "offline heartbeat_timeout"), (after.Length, after[^1]));
    }

    [Fact]
    public async Task Goodbyes_and_ends_of_sessions_are_one_count()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var round = 0; round < Rounds; round++)
        {
            await device.Authenticate();
            await device.Beat();
            await device.Goodbye();
            await device.Beat();
            await device.Grain.EndSession(device.Session);
            await roll.Pass(0.1);
        }

        Assert.InRange((await roll.Events("lamp")).Count, 20, Most);
    }

    [Fact]
    public async Task A_socket_that_an_end_of_the_session_closes_is_not_a_lost_one()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var round = 0; round < Rounds; round++)
        {
            await device.Authenticate();
            Assert.Equal(Refusal.None, (await device.Connect($"link-{round}")).Refusal);
            Assert.Equal(Refusal.None, await device.Grain.EndSession(device.Session));
            await device.Grain.Disconnect($"link-{round}");
            await roll.Pass(0.1);
        }

        var shown = await device.Shown();
        Assert.Equal((DeviceStatus.Online, false), (shown.Status, shown.Connected));
        Assert.InRange((await roll.Events("lamp")).Count, 20, Most);
        await roll.Pass(20);
        Assert.DoesNotContain("offline link_lost", await device.Log());
    }

    [Fact]
    public async Task Sockets_that_come_and_go_within_the_grace_write_nothing_and_beyond_it_no_oftener_than_the_grace()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var round = 0; round < Rounds; round++)
        {
            await device.Connect($"quick-{round}");
            await device.Grain.Disconnect($"quick-{round}");
            await roll.Pass(0.1);
        }

        Assert.Equal(["online connected"], await device.Log());
        const int Slow = 8;
        for (var round = 0; round < Slow; round++)
        {
            await device.Connect($"slow-{round}");
            await device.Grain.Disconnect($"slow-{round}");
            await roll.Pass(14.5);
            Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
            await roll.Pass(0.6);
        }

        Assert.Equal(2 * Slow, (await device.Log()).Length);
    }

    /// <summary>
    /// An owner's decision holds at once, each time: who owns the device is no stranger. It has its bound in what is kept of one customer
    /// (PRESENCE_EVENTS_MOST).
    /// </summary>
    [Theory]
    [InlineData(DeviceMode.Disabled, Refusal.Disabled)]
    [InlineData(DeviceMode.Maintenance, Refusal.Maintenance)]
    [InlineData(null, Refusal.InvalidSession)]
    public async Task What_its_owner_does_is_two_transitions_each_and_the_device_alone_adds_none(DeviceMode? mode, Refusal answer)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var round = 0; round < Rounds / 10; round++)
        {
            await device.Authenticate();
            await device.Beat();
            Assert.Equal(Refusal.None, mode is { } barred
                ? (await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(Mode: barred), null)).Refusal
                : await device.Grain.RevokeSession(TwinCluster.Customer));
            for (var tries = 0; tries < 5; tries++)
            {
                Assert.Equal(answer, (await device.Beat()).Refusal);
                Assert.Equal(answer, await device.Grain.EndSession(device.Session));
                Assert.Equal(answer, (await device.Connect($"link-{tries}")).Refusal);
            }

            await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(Mode: DeviceMode.Active), null);
        }

        Assert.Equal(2 * (Rounds / 10), (await device.Log()).Length);
    }
}
