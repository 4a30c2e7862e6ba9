namespace Rollcall.Devices.Presence;

public sealed class GoodbyeTests
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(10);

    [Fact]
    public void So_many_may_be_at_once_and_then_one_in_so_long()
    {
        var limit = default(GoodbyeLimit);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(limit.Take(TimeSpan.Zero, Each, burst: 3)));
        Assert.Equal(Each, limit.Take(TimeSpan.Zero, Each, burst: 3));
        Assert.Equal(TimeSpan.FromSeconds(1), limit.Take(TimeSpan.FromSeconds(9), Each, burst: 3));
        Assert.Null(limit.Take(Each, Each, burst: 3));
        Assert.NotNull(limit.Take(Each, Each, burst: 3));

        // Who has said none for long has as many at once again, and not more.
        var later = TimeSpan.FromHours(1);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(limit.Take(later, Each, burst: 3)));
        Assert.NotNull(limit.Take(later, Each, burst: 3));
    }

    [Fact]
    public async Task A_device_that_flaps_stays_online_and_its_silence_decides()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var i = 0; i < 10; i++)
        {
            await device.Beat();
            Assert.Equal(Refusal.None, (await device.Goodbye()).Refusal);
        }

        Assert.Equal(Refusal.None, (await device.Beat()).Refusal);
        var refused = await device.Goodbye();
        Assert.Equal(Refusal.RateLimited, refused.Refusal);
        Assert.InRange(refused.NextHeartbeat, 1, 10_001);
        Assert.Equal((DeviceStatus.Online, 21L), (await device.Shown() is var shown ? (shown.Status, shown.Seq) : default));

        // A sign of life is never refused; a goodbye that was is none.
        Assert.True((await device.Beat()).Stored);
        await roll.Pass(5);
        Assert.Equal(Refusal.RateLimited, (await device.Goodbye()).Refusal);
        await roll.Pass(86);
        Assert.Equal((DeviceStatus.Offline, PresenceReason.HeartbeatTimeout),
            (await device.Shown() is var silent ? (silent.Status, silent.Reason!.Value) : default));
    }

    [Fact]
    public async Task One_more_is_taken_after_its_time_and_a_session_can_always_be_ended()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Devices.GoodbyeBurst = 1);
        var device = await roll.Join("lamp");
        await device.Beat();
        Assert.Equal(Refusal.None, (await device.Goodbye()).Refusal);
        await device.Beat();
        var refused = await device.Goodbye();
        await roll.Pass(refused.NextHeartbeat / 1_000.0);
        Assert.Equal(Refusal.None, (await device.Goodbye()).Refusal);

        await device.Beat();
        Assert.Equal(Refusal.RateLimited, (await device.Goodbye()).Refusal);
        Assert.Equal(Refusal.None, await device.Grain.EndSession(device.Session));
        Assert.Equal((DeviceStatus.Online, false), (await device.Shown() is var ended ? (ended.Status, ended.Connected) : default));
        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
        Assert.Equal(Refusal.InvalidSession, await device.Grain.EndSession(device.Session));
        await roll.Pass(91);
        Assert.Equal((DeviceStatus.Offline, PresenceReason.HeartbeatTimeout),
            (await device.Shown() is var silent ? (silent.Status, silent.Reason!.Value) : default));
    }

    [Fact]
    public async Task An_end_of_the_session_is_a_goodbye_like_others()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Devices.GoodbyeBurst = 1);
        var device = await roll.Join("lamp");
        await device.Beat();
        Assert.Equal(Refusal.None, await device.Grain.EndSession(device.Session));
        Assert.Equal((DeviceStatus.Offline, PresenceReason.Goodbye),
            (await device.Shown() is var ended ? (ended.Status, ended.Reason!.Value) : default));
        await device.Authenticate();
        await device.Beat();
        Assert.Equal(Refusal.RateLimited, (await device.Goodbye()).Refusal);

        // One that is not there says goodbye to nobody.
        await roll.Pass(91);
        await device.Authenticate();
        Assert.Equal(Refusal.None, await device.Grain.EndSession(device.Session));
        await device.Authenticate();
        await device.Beat();
        Assert.Equal(Refusal.None, (await device.Goodbye()).Refusal);
    }
}
