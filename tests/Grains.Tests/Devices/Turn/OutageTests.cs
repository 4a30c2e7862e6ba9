using Rollcall.Journal;

namespace Rollcall.Devices.Turn;

/// <summary>The twin's turn against a store that blocks, fails or is gone.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Nothing_is_answered_or_shown_before_the_commit()
    {
        await using var roll = await TwinCluster.Start();
        var (lamp, door) = (await roll.Join("lamp"), await roll.Join("door"));
        roll.Store.Block();
        var first = lamp.Beat("""{"cpu":1}""");
        await Eventually.IsSoAsync(() => roll.Store.Waiting == 1);
        var second = door.Beat();

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal((DeviceStatus.Offline, 0L, null), await Told(lamp));
            Assert.Equal((DeviceStatus.Offline, 0L, null), await Told(door));
        }

        Assert.False(first.IsCompleted || second.IsCompleted);
        roll.Store.Unblock();
        Assert.True((await first).Stored);
        Assert.True((await second).Stored);
        Assert.Equal("""{"cpu":1}""", (await lamp.Shown()).Metrics);

        static async Task<(DeviceStatus, long, string?)> Told(GrainDevice device) =>
            await device.Shown() is var shown ? (shown.Status, shown.Seq, shown.Metrics) : default;
    }

    [Fact]
    public async Task While_the_store_is_away_beats_are_kept_and_nobody_goes_offline()
    {
        await using var roll = await TwinCluster.Start();
        var (lamp, door) = (await roll.Join("lamp"), await roll.Join("door"));
        await door.Beat();
        roll.Store.Fault = Fault.Away;

        var reply = await lamp.Beat("""{"cpu":1}""");
        Assert.Equal((Refusal.None, false), (reply.Refusal, reply.Stored));
        var heard = roll.Clock.GetUtcNow();
        await roll.Pass(200);
        Assert.Equal(DeviceStatus.Online, (await door.Shown()).Status);
        Assert.Equal((DeviceStatus.Offline, null), (await lamp.Shown() is var shown ? (shown.Status, shown.LastSeen) : default));

        var before = roll.Clock.GetUtcNow();
        await roll.Recover(async () => (await lamp.Read()).Status == DeviceStatus.Online);
        var after = roll.Clock.GetUtcNow();
        Assert.Equal((heard, """{"cpu":1}"""), (await lamp.Shown() is var stored ? (stored.LastSeen!.Value, stored.Metrics) : default));

        await roll.Pass(91);
        foreach (var device in new[] { lamp, door })
        {
            Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
            Assert.InRange((await device.Shown()).StatusSince, before.AddSeconds(90), after.AddSeconds(90));
        }
    }

    [Fact]
    public async Task Flaps_inside_an_outage_collapse()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        roll.Store.Fault = Fault.Away;
        await device.Goodbye();
        await device.Beat();
        await device.Goodbye();
        await roll.Pass(1);
        await device.Beat("""{"last":1}""");

        await roll.Recover(async () => (await device.Read()).Metrics is not null);
        Assert.Equal(["online heartbeat"], await device.Log());
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
    }

    [Fact]
    public async Task A_twin_that_cannot_be_read_is_a_fault_of_ours_and_no_401()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Lose(device);
        roll.Store.Fault = Fault.Away;

        Assert.Equal(Refusal.Unavailable, (await device.Beat()).Refusal);
        Assert.Equal(Refusal.Unavailable, (await device.Authenticate()).Refusal);
        Assert.Equal(Refusal.Unavailable, (await device.Grain.Read(TwinCluster.Customer)).Refusal);
        Assert.Equal(Refusal.Unavailable, await device.Grain.RevokeSession(TwinCluster.Customer));
        Assert.Equal(Refusal.Unavailable, await device.Grain.EndSession(device.Session));

        roll.Store.Fault = Fault.None;
        Assert.True((await device.Beat()).Stored);
    }

    [Fact]
    public async Task A_row_changed_behind_its_back_fences_the_twin_and_the_next_one_knows()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Execute("UPDATE devices SET revision = revision + 7, name = 'changed' WHERE device_id = 'lamp'");

        Assert.Equal(Refusal.StaleActivation, (await device.Beat("""{"cpu":1}""")).Refusal);
        await Eventually.IsSoAsync(async () => (await device.Beat("""{"cpu":2}""")).Stored);
        var shown = await device.Shown();
        Assert.Equal(("changed", """{"cpu":2}"""), (shown.Name, shown.Metrics));
        await device.Goodbye();
        Assert.Equal(["online heartbeat", "offline goodbye"], await device.Log());
    }

    [Fact]
    public async Task A_poisonous_record_fails_alone_and_its_batch_does_not()
    {
        await using var roll = await TwinCluster.Start();
        var devices = await Task.WhenAll(Enumerable.Range(0, 21).Select(i => roll.Join($"lamp-{i:00}")));
        roll.Store.Block();
        var first = devices[0].Beat();
        await Eventually.IsSoAsync(() => roll.Store.Waiting == 1);
        var poison = devices[1].Beat("no JSON");
        var rest = devices[2..].Select(device => device.Beat("""{"cpu":1}""")).ToArray();
        await Eventually.IsSoAsync(async () =>
        {
            // Every twin holds its turn: its record is in the queue.
            await Task.WhenAll(devices.Select(device => device.Read()));
            return roll.Reminders.Registrations == devices.Length;
        });
        roll.Store.Unblock();

        Assert.Equal(Refusal.Rejected, (await poison).Refusal);
        Assert.InRange(roll.Store.Batches.Max(), 2, 21);
        Assert.All([await first, .. await Task.WhenAll(rest)], reply => Assert.True(reply.Stored));
        Assert.Equal((DeviceStatus.Offline, 0L), (await devices[1].Shown() is var shown ? (shown.Status, shown.Seq) : default));
        Assert.True((await devices[1].Beat("""{"cpu":1}""")).Stored);
        Assert.Equal(["online heartbeat"], await devices[1].Log());
    }
}
