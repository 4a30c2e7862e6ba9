namespace Rollcall.Devices.Turn;

/// <summary>
/// A silo that stood still was declared dead, its twins were made anew elsewhere, and it stored one more word before it ended. The
/// new twin's row is then not the stored one. Nobody calls a silent device: whoever is fenced must see to it that a twin is woken.
/// </summary>
public sealed class FencedTests
{
    [Fact]
    public async Task A_silent_device_whose_twin_is_fenced_at_its_deadline_is_offline_a_timeout_later_and_not_by_its_reminder()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Pass(45);
        await device.Beat();
        await roll.Execute("UPDATE devices SET revision = revision + 1 WHERE device_id = 'lamp'");

        // The reminder ticked at 90 s and comes again at 180 s; the deadline is at 135 s.
        await roll.Pass(89);
        var reads = roll.Store.Reads;
        roll.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsSoAsync(() => roll.Store.Reads > reads);
        Assert.Equal(DeviceStatus.Online, (await roll.Row("lamp"))!.Presence.Status);

        await roll.Pass(91);
        await Eventually.IsSoAsync(async () => (await roll.Row("lamp"))!.Presence.Status == DeviceStatus.Offline);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
    }
}
