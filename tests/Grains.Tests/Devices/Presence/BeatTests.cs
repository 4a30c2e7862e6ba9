namespace Rollcall.Devices.Presence;

public sealed class BeatTests
{
    [Fact]
    public async Task A_beats_metrics_replace_all_and_a_beat_without_keeps_them()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat("""{"cpu":1,"fan":2}""");
        await device.Beat();
        Assert.Equal("""{"cpu":1,"fan":2}""", (await device.Shown()).Metrics);
        await device.Beat("""{"memory":3}""");
        Assert.Equal("""{"memory":3}""", (await device.Shown()).Metrics);
        await device.Goodbye();
        Assert.Equal("""{"memory":3}""", (await device.Shown()).Metrics);
    }

    [Fact]
    public async Task Degraded_is_online_and_a_change_of_health_is_no_transition()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat(health: DeviceHealth.Degraded);
        Assert.Equal(DeviceHealth.Degraded, (await device.Shown()).Health);
        await device.Beat();
        var shown = await device.Shown();
        Assert.Equal((DeviceStatus.Online, DeviceHealth.Healthy, 1L), (shown.Status, shown.Health!.Value, shown.Seq));
    }

    [Fact]
    public async Task The_answer_says_when_it_was_heard_and_when_the_next_beat_is_due()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var reply = await device.Beat();
        Assert.Equal(roll.Clock.GetUtcNow(), reply.Timestamp);
        Assert.InRange(reply.NextHeartbeat, 27_000, 30_000);
        Assert.Equal(reply.Timestamp, (await device.Shown()).LastSeen);
    }

    [Fact]
    public async Task A_hundred_flaps_leave_a_log_without_gap()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Devices.GoodbyeBurst = 1_000);
        var device = await roll.Join("lamp");
        for (var i = 0; i < 50; i++)
        {
            await device.Beat();
            await device.Goodbye();
            await roll.Pass(0.01);
        }

        Assert.Equal(100, (await device.Log()).Length);
        Assert.Equal(100, (await device.Shown()).Seq);
    }

    [Fact]
    public async Task Beats_of_many_devices_at_once_are_all_stored()
    {
        await using var roll = await TwinCluster.Start();
        var devices = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => roll.Join($"lamp-{i}")));
        var replies = await Task.WhenAll(devices.SelectMany(device => Enumerable.Range(0, 5).Select(i => device.Beat($$"""{"n":{{i}}}"""))));
        Assert.All(replies, reply => Assert.True(reply.Stored));
        foreach (var device in devices)
        {
            Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        }
    }
}
