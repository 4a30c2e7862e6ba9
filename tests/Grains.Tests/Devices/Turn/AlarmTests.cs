namespace Rollcall.Devices.Turn;

/// <summary>The durable reminder: the alarm of a twin whose silo died.</summary>
public sealed class AlarmTests
{
    [Fact]
    public async Task Alone_takes_a_device_off_the_roll_whose_activation_was_lost()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Lose(device);
        var lost = roll.Clock.GetUtcNow();
        Assert.True(roll.Reminders.Has(device.Grain));

        // Nobody calls the twin from here on.
        await Eventually.IsSoAsync(async () =>
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await roll.Row("lamp"))!.Presence is { Status: DeviceStatus.Offline, Reason: PresenceReason.HeartbeatTimeout };
        }, step: Eventually.ShortestStep);
        Assert.InRange((await roll.Row("lamp"))!.Presence.StatusSince - lost, TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Is_set_once_however_often_the_device_flaps()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var i = 0; i < 10; i++)
        {
            await device.Beat();
            await device.Goodbye();
        }

        Assert.Equal(1, roll.Reminders.Registrations);
        Assert.Equal(20, (await device.Log()).Length);
    }

    [Fact]
    public async Task Is_removed_by_the_tick_that_finds_the_device_offline_and_set_again_by_its_return()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await device.Goodbye();
        Assert.True(roll.Reminders.Has(device.Grain));

        await Ticks(roll, () => !roll.Reminders.Has(device.Grain));
        await device.Beat();
        Assert.True(roll.Reminders.Has(device.Grain));
        Assert.Equal(2, roll.Reminders.Registrations);
    }

    /// <summary>Orleans' table in memory takes a hundred calls at a time; a fleet that was cut off together ends its reminders together.</summary>
    [Fact]
    public async Task Is_removed_for_a_few_at_a_time_when_a_whole_fleet_is_offline()
    {
        await using var roll = await TwinCluster.Start();
        var fleet = new List<IRemindable>();
        for (var i = 0; i < 40; i++)
        {
            var device = await roll.Join($"lamp-{i}");
            await device.Beat();
            await device.Goodbye();
            fleet.Add(device.Grain.AsReference<IRemindable>());
        }

        var slow = new TaskCompletionSource();
        roll.Reminders.Slow = slow.Task;
        var ticks = fleet.ConvertAll(twin => twin.ReceiveReminder("presence", default));
        await Eventually.IsSoAsync(() => roll.Reminders.Looking >= 32);
        slow.SetResult();
        await Task.WhenAll(ticks);
        Assert.Equal(32, roll.Reminders.MostLooking);
        Assert.DoesNotContain(fleet, roll.Reminders.Has);
    }

    [Fact]
    public async Task Of_a_removed_device_removes_itself()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        Assert.Equal(Refusal.None, await device.Grain.Delete(TwinCluster.Customer));

        await Ticks(roll, () => !roll.Reminders.Has(device.Grain));
    }

    [Fact]
    public async Task That_cannot_be_set_keeps_the_device_from_being_promised_online()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        roll.Reminders.Broken = true;
        var reply = await device.Beat();
        Assert.Equal((Refusal.None, false), (reply.Refusal, reply.Stored));
        Assert.Equal(DeviceStatus.Offline, (await device.Shown()).Status);

        roll.Reminders.Broken = false;
        Assert.True((await device.Beat()).Stored);
        Assert.Equal(["online heartbeat"], await device.Log());
    }

    private static Task<TimeSpan> Ticks(TwinCluster roll, Func<bool> done) => Eventually.IsSoAsync(() =>
    {
        roll.Clock.Advance(TimeSpan.FromSeconds(1));
        return done();
    }, step: Eventually.ShortestStep);
}
