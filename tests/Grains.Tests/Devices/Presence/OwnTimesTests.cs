using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Devices.Presence;

/// <summary>A device's own heartbeat interval and timeout.</summary>
public sealed class OwnTimesTests
{
    private const int Hour = 3_600_000;

    [Fact]
    public async Task Take_the_place_of_the_installations()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await Patch(device, 4_000, 10_000);
        Assert.Equal((4_000, 10_000), (await device.Authenticate()) is var reply ? (reply.HeartbeatInterval, reply.HeartbeatTimeout) : default);
        var beat = await device.Beat();
        Assert.InRange(beat.NextHeartbeat, 3_600, 4_000);
        Assert.Equal(10_000, beat.HeartbeatTimeout);
        Assert.Equal((4_000, 10_000, true), (await device.Connect("link")) is var link
            ? (link.HeartbeatInterval, link.HeartbeatTimeout, link.HasOwnTimes) : default);
        for (var passed = 0.0; passed < 9.5; passed += 0.5)
        {
            // For a timeout this short, a second without a pulse is a stall.
            await roll.Pass(0.5);
        }

        await roll.Pass(0.4);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(0.1);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
    }

    [Fact]
    public async Task That_become_shorter_hold_once_the_device_was_told()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await Patch(device, Hour / 2, Hour);
        await device.Beat();
        await roll.Pass(300);
        await Patch(device, null, null);
        await roll.Pass(300);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);

        Assert.InRange((await device.Beat()).NextHeartbeat, 27_000, 30_000);
        await roll.Pass(89.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(0.1);
        Assert.Equal(DeviceStatus.Offline, (await device.Shown()).Status);
    }

    [Fact]
    public async Task That_become_shorter_take_nobody_offline_who_was_never_told()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await Patch(device, Hour / 4, Hour / 2);
        await device.Beat();
        await roll.Pass(60);
        await Patch(device, 1_000, 3_000);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass((Hour / 2_000) - 61);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(1);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
    }

    [Fact]
    public async Task That_become_longer_hold_at_once_and_move_the_reminder()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        var before = roll.Reminders.Registrations;
        await roll.Pass(60);
        await Patch(device, null, Hour);
        Assert.Equal(before + 1, roll.Reminders.Registrations);
        await roll.Pass(60);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
    }

    [Fact]
    public async Task Without_room_for_two_intervals_are_refused_and_change_nothing()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var before = await roll.Row("lamp");
        var reply = await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(HeartbeatInterval: new(60_000), Name: new("Lamp")), null);
        Assert.Equal(Refusal.TimeoutTooShort, reply.Refusal);
        Assert.Equal(before, await roll.Row("lamp"));
    }

    /// <summary>Its silence counts from the last heartbeat that is stored, and its reminder wakes it.</summary>
    [Theory]
    [InlineData(Hour / 2, Hour)]
    [InlineData(Hour, 24 * Hour)]
    public async Task A_twin_that_left_memory_notices_the_silence_when_the_timeout_is_over(int interval, int timeout)
    {
        await using var roll = await TwinCluster.Start(change: TwinCluster.Unhurried);
        var device = await roll.Join("lamp");
        await Patch(device, interval, timeout);
        await device.Beat();
        await Pass(roll, TimeSpan.FromMinutes(7));
        await device.Beat();
        var heard = roll.Clock.GetUtcNow();
        await roll.Lose(device);
        await IsOfflineInTime(roll, heard, TimeSpan.FromMilliseconds(timeout), TimeSpan.FromMilliseconds(interval));
    }

    [Theory]
    [InlineData(Hour / 2, Hour)]
    [InlineData(Hour, 24 * Hour)]
    public async Task A_silos_death_neither_takes_the_device_offline_nor_forgets_it(int interval, int timeout)
    {
        using var folder = new TemporaryFolder();
        var (clock, reminders) = (new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), new SharedReminders());
        DateTimeOffset heard;
        await using (var first = await TwinCluster.Start(folder, clock, reminders, TwinCluster.Unhurried))
        {
            var device = await first.Join("lamp");
            await Patch(device, interval, timeout);
            await device.Beat();
            heard = clock.GetUtcNow();
            await Pass(first, TimeSpan.FromMinutes(10));
        }

        await using var roll = await TwinCluster.Start(folder, clock, reminders, TwinCluster.Unhurried);
        await IsOfflineInTime(roll, heard, TimeSpan.FromMilliseconds(timeout), TimeSpan.FromMilliseconds(interval));
    }

    [Fact]
    public async Task A_twin_that_was_loaded_late_gives_the_device_a_while()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await Patch(device, Hour / 2, Hour);
        await device.Beat();
        await roll.Lose(device);
        roll.Clock.Advance(TimeSpan.FromSeconds(4));
        await roll.Execute("UPDATE devices SET last_seen = '2025-12-31T12:00:00.000Z'");
        await device.Grain.Wake();
        await roll.Pass(89);
        Assert.Equal(DeviceStatus.Online, (await device.Read()).Status);
        await device.Beat();
        await roll.Pass(300);
        Assert.Equal(["online heartbeat"], await device.Log());
    }

    private static async Task Patch(GrainDevice device, int? interval, int? timeout) => Assert.Equal(
        Refusal.None,
        (await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(HeartbeatInterval: new(interval), HeartbeatTimeout: new(timeout)), null))
            .Refusal);

    /// <summary>In steps that are no stall. Nobody calls a twin.</summary>
    private static async Task Pass(TwinCluster roll, TimeSpan time)
    {
        for (var until = roll.Clock.GetUtcNow() + time; roll.Clock.GetUtcNow() < until;)
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(4));
            await Task.Yield();
        }
    }

    private static async Task IsOfflineInTime(TwinCluster roll, DateTimeOffset heard, TimeSpan timeout, TimeSpan interval)
    {
        // Nothing is due until then. After that slowly: what is under way has two seconds of this clock.
        await Pass(roll, heard + timeout - TimeSpan.FromMinutes(9) - roll.Clock.GetUtcNow());
        while (roll.Clock.GetUtcNow() < heard + timeout - TimeSpan.FromMinutes(1))
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(Eventually.ShortestStep, TimeProvider.System);
        }

        Assert.Equal(DeviceStatus.Online, (await roll.Row("lamp"))!.Presence.Status);
        await Eventually.IsSoAsync(async () =>
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await roll.Row("lamp"))!.Presence is { Status: DeviceStatus.Offline, Reason: PresenceReason.HeartbeatTimeout };
        }, step: Eventually.ShortestStep);

        // A clock that runs this fast may leave a thread behind on a busy machine, which is a stall: then the device has its interval once more.
        Assert.InRange((await roll.Row("lamp"))!.Presence.StatusSince - heard, timeout, timeout + interval + TimeSpan.FromMinutes(5));
    }
}
