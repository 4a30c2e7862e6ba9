namespace Rollcall.Journal;

public sealed class RecoveryTests
{
    [Fact]
    public async Task Calls_every_refused_twin_a_few_at_a_time()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Journal.RecoveryWidth = 3);
        var devices = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => roll.Join($"lamp-{i}")));
        roll.Store.Fault = Fault.Away;
        Assert.All(await Task.WhenAll(devices.Select(device => device.Beat())), reply => Assert.False(reply.Stored));

        var before = roll.Store.Batches.Count;
        roll.Store.Block();
        roll.Store.Fault = Fault.None;
        await Eventually.IsSoAsync(() =>
        {
            roll.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return roll.Store.Waiting == 1;
        }, step: Eventually.ShortestStep);
        roll.Store.Unblock();
        await Eventually.IsSoAsync(async () => (await Task.WhenAll(devices.Select(device => device.Read()))).All(device => device.Seq == 1));

        Assert.All(roll.Store.Batches[before..], size => Assert.InRange(size, 1, 3));
        Assert.Equal(30, roll.Store.Batches[before..].Sum());
    }

    [Fact]
    public async Task A_silo_that_stops_answers_and_keeps_what_was_on_its_way()
    {
        using var folder = new TemporaryFolder();
        Task<Rollcall.Devices.HeartbeatReply>[] beats;
        await using (var roll = await TwinCluster.Start(folder))
        {
            var devices = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => roll.Join($"lamp-{i}")));
            beats = [.. devices.Select(device => device.Beat())];
            await Task.WhenAll(beats);
        }

        await using var after = await TwinCluster.Start(folder);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal((await beats[i]).Timestamp, (await after.Row($"lamp-{i}"))!.Presence.LastSeen);
        }
    }
}
