using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Devices.Profiles;

/// <summary>A maintenance with a note and an end, and the way back.</summary>
public sealed class MaintenanceTests
{
    [Fact]
    public async Task Ends_by_itself_at_its_time_and_is_shown_until_then()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        var (now, until) = (roll.Clock.GetUtcNow(), roll.Clock.GetUtcNow().AddMinutes(10));
        await Patch(device, new DevicePatch(Mode: DeviceMode.Maintenance, ModeNote: new("new pump"), ModeUntil: new(until)));
        var shown = await device.Shown();
        Assert.Equal((DeviceMode.Maintenance, now, "new pump", until, DeviceState.Maintenance),
            (shown.Mode, shown.ModeSince!.Value, shown.ModeNote, shown.ModeUntil!.Value, DeviceStates.Of(shown)));
        await roll.Pass(599);
        Assert.Equal(DeviceMode.Maintenance, (await device.Shown()).Mode);
        await roll.Pass(1);
        shown = await device.Shown();
        Assert.Equal((DeviceMode.Active, until, null, null, DeviceState.SignedOff),
            (shown.Mode, shown.ModeSince!.Value, shown.ModeNote, shown.ModeUntil, DeviceStates.Of(shown)));
        Assert.Equal(Refusal.None, (await device.Authenticate()).Refusal);
    }

    [Fact]
    public async Task Ends_within_a_minute_of_its_time_when_no_twin_is_in_memory()
    {
        await using var roll = await TwinCluster.Start(change: TwinCluster.Unhurried);
        var device = await roll.Join("lamp");
        var until = roll.Clock.GetUtcNow().AddHours(2);
        await Patch(device, new DevicePatch(Mode: DeviceMode.Maintenance, ModeUntil: new(until)));
        await roll.Lose(device);
        await EndsWithinAMinute(roll, until);
    }

    [Fact]
    public async Task Ends_within_a_minute_of_its_time_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var (clock, reminders) = (new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), new SharedReminders());
        var until = clock.GetUtcNow().AddHours(2);
        await using (var first = await TwinCluster.Start(folder, clock, reminders, TwinCluster.Unhurried))
        {
            await Patch(await first.Join("lamp"), new DevicePatch(Mode: DeviceMode.Maintenance, ModeUntil: new(until)));
        }

        await using var roll = await TwinCluster.Start(folder, clock, reminders, TwinCluster.Unhurried);
        await EndsWithinAMinute(roll, until);
    }

    [Fact]
    public async Task Is_prolonged_ended_or_kept_by_what_its_owner_says()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var until = roll.Clock.GetUtcNow().AddMinutes(1);
        await Patch(device, new DevicePatch(Mode: DeviceMode.Maintenance, ModeNote: new("pump"), ModeUntil: new(until)));
        await Patch(device, new DevicePatch(ModeUntil: new(until.AddMinutes(1))));
        await roll.Pass(90);
        Assert.Equal((DeviceMode.Maintenance, "pump"), (await device.Shown()) is var shown ? (shown.Mode, shown.ModeNote) : default);
        await Patch(device, new DevicePatch(ModeUntil: new(null)));
        await roll.Pass(90);
        Assert.Equal(DeviceMode.Maintenance, (await device.Shown()).Mode);
        await Patch(device, new DevicePatch(Mode: DeviceMode.Disabled, ModeNote: new("stolen")));
        Assert.Equal((DeviceMode.Disabled, "stolen"), (await device.Shown()) is var other ? (other.Mode, other.ModeNote) : default);
        await Patch(device, new DevicePatch(Mode: DeviceMode.Active));
        Assert.Equal((DeviceMode.Active, null), (await device.Shown()) is var back ? (back.Mode, back.ModeNote) : default);
    }

    [Fact]
    public async Task A_note_or_an_end_without_its_mode_is_refused_and_changes_nothing()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var before = await roll.Row("lamp");
        foreach (var patch in new[]
        {
            new DevicePatch(ModeNote: new("why")), new DevicePatch(ModeUntil: new(roll.Clock.GetUtcNow().AddHours(1))),
            new DevicePatch(Mode: DeviceMode.Disabled, ModeUntil: new(roll.Clock.GetUtcNow().AddHours(1))),
        })
        {
            Assert.Equal(Refusal.NotInMode, (await device.Grain.Patch(TwinCluster.Customer, patch, null)).Refusal);
        }

        Assert.Equal(before, await roll.Row("lamp"));
    }

    [Theory]
    [InlineData(DeviceMode.Maintenance)]
    [InlineData(DeviceMode.Disabled)]
    public async Task A_device_that_is_active_again_and_not_heard_is_down_after_its_timeout_and_five_minutes(DeviceMode mode)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await Patch(device, new DevicePatch(Mode: mode));
        await roll.Pass(60);
        await Patch(device, new DevicePatch(Mode: DeviceMode.Active));
        Assert.Equal(DeviceState.SignedOff, DeviceStates.Of(await device.Shown()));
        await roll.Pass(389);
        Assert.Equal(DeviceState.SignedOff, DeviceStates.Of(await device.Shown()));
        await roll.Pass(1);
        var shown = await device.Shown();
        Assert.Equal((DeviceState.Down, PresenceReason.HeartbeatTimeout, roll.Clock.GetUtcNow(), 2L),
            (DeviceStates.Of(shown), shown.Reason!.Value, shown.StatusSince, shown.Seq));
        Assert.Equal(2, (await device.Log()).Length);
    }

    [Fact]
    public async Task A_device_that_is_heard_in_time_is_not_down_and_one_that_was_never_seen_is_not_expected()
    {
        await using var roll = await TwinCluster.Start();
        var (device, never) = (await roll.Join("lamp"), await roll.Join("bell"));
        await device.Beat();
        foreach (var one in new[] { device, never })
        {
            await Patch(one, new DevicePatch(Mode: DeviceMode.Maintenance));
            await Patch(one, new DevicePatch(Mode: DeviceMode.Active));
        }

        await roll.Pass(300);
        await device.Authenticate();
        await device.Beat();
        await device.Goodbye();
        await roll.Pass(400);
        Assert.Equal((DeviceState.SignedOff, PresenceReason.Goodbye), (await device.Shown()) is var shown
            ? (DeviceStates.Of(shown), shown.Reason!.Value) : default);
        Assert.Equal(DeviceState.NeverSeen, DeviceStates.Of(await never.Shown()));
    }

    [Fact]
    public async Task Who_was_down_before_its_maintenance_gets_its_time_to_come_back()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Pass(91);
        Assert.Equal(DeviceState.Down, DeviceStates.Of(await device.Shown()));
        await Patch(device, new DevicePatch(Mode: DeviceMode.Maintenance));
        await Patch(device, new DevicePatch(Mode: DeviceMode.Active));
        Assert.Equal(DeviceState.SignedOff, DeviceStates.Of(await device.Shown()));
    }

    [Fact]
    public async Task Who_is_expected_is_down_by_the_reminder_when_the_twin_is_gone()
    {
        await using var roll = await TwinCluster.Start(change: TwinCluster.Unhurried);
        var device = await roll.Join("lamp");
        await device.Beat();
        await Patch(device, new DevicePatch(Mode: DeviceMode.Maintenance));
        await Patch(device, new DevicePatch(Mode: DeviceMode.Active));
        var since = roll.Clock.GetUtcNow();
        await roll.Lose(device);
        await Eventually.IsSoAsync(async () =>
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await roll.Row("lamp"))!.Presence.Reason == PresenceReason.HeartbeatTimeout;
        }, step: Eventually.ShortestStep);
        Assert.InRange(roll.Clock.GetUtcNow() - since, TimeSpan.FromSeconds(390), TimeSpan.FromMinutes(10));
    }

    private static async Task Patch(GrainDevice device, DevicePatch patch) =>
        Assert.Equal(Refusal.None, (await device.Grain.Patch(TwinCluster.Customer, patch, null)).Refusal);

    private static async Task EndsWithinAMinute(TwinCluster roll, DateTimeOffset until)
    {
        while (roll.Clock.GetUtcNow() < until - TimeSpan.FromSeconds(10))
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(4));
            await Task.Yield();
        }

        Assert.Equal(DeviceMode.Maintenance, (await roll.Row("lamp"))!.Profile.Mode);
        await Eventually.IsSoAsync(async () =>
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await roll.Row("lamp"))!.Profile.Mode == DeviceMode.Active;
        }, step: Eventually.ShortestStep);
        Assert.InRange((await roll.Row("lamp"))!.Profile.ModeSince!.Value - until, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }
}
