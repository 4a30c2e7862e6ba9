namespace Rollcall.Devices.Profiles;

public sealed class PatchTests
{
    [Fact]
    public async Task Names_what_it_changes_and_leaves_the_rest()
    {
        await using var roll = await TwinCluster.Start();
        var lamp = (await roll.Join("lamp")).Grain;
        await lamp.Patch(TwinCluster.Customer, new DevicePatch(Name: new("Lamp"), Location: new("Hall")), null);
        var patched = await lamp.Patch(TwinCluster.Customer, new DevicePatch(Location: new(null)), null);
        Assert.Equal(("Lamp", null), (patched.Device!.Name, patched.Device.Location));
    }

    [Fact]
    public async Task If_match_names_the_profile_and_no_beat_changes_it()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var seen = (await device.Grain.Read(TwinCluster.Customer)).ETag;
        await device.Beat();
        var first = await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(Name: new("Lamp")), seen);
        Assert.Equal(Refusal.None, first.Refusal);
        Assert.NotEqual(seen, first.ETag);

        var second = await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(Name: new("Other")), seen);
        Assert.Equal(Refusal.PreconditionFailed, second.Refusal);
        Assert.Equal("Lamp", (await device.Shown()).Name);
        Assert.Equal(Refusal.None, (await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(Name: new("Other")), first.ETag)).Refusal);
    }
}
