namespace Rollcall.Devices.Connections;

public sealed class LinkTests
{
    [Fact]
    public async Task A_socket_closed_without_goodbye_has_15_seconds_to_come_back()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Connect("socket");
        Assert.True((await device.Read()).Connected);
        await roll.Pass(10);
        await device.Grain.Disconnect("socket");
        Assert.False((await device.Read()).Connected);

        await roll.Pass(14.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(0.1);
        Assert.Equal(["online connected", "offline link_lost"], await device.Log());
    }

    [Fact]
    public async Task Any_sign_of_life_ends_the_grace_without_a_trace()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Connect("socket");
        await device.Grain.Disconnect("socket");
        await roll.Pass(14.9);
        await device.Beat();

        await roll.Pass(89.9);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        Assert.Equal(["online connected"], await device.Log());
        await roll.Pass(0.1);
        Assert.Equal(["online connected", "offline heartbeat_timeout"], await device.Log());
    }

    [Fact]
    public async Task What_was_said_over_a_socket_and_comes_after_its_end_opens_it_no_more()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Connect("socket");
        await device.Grain.Disconnect("socket");
        Assert.Equal(Refusal.None, (await device.BeatOver("socket")).Refusal);
        Assert.Equal(Refusal.None, (await device.Grain.Touch(device.LinkOf("socket"))).Refusal);
        Assert.Equal(Refusal.None, await device.Grain.ConnectionReady(device.LinkOf("socket")));
        Assert.False((await device.Read()).Connected);
        await device.Connect("newer");
        Assert.True((await device.Read()).Connected);
    }

    [Fact]
    public async Task Whoever_is_greeted_after_its_link_was_ended_is_told_why()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Connect("older");
        await device.Connect("newer");
        Assert.Equal(Refusal.SessionSuperseded, await device.Grain.ConnectionReady(device.LinkOf("older")));
        Assert.Equal(Refusal.None, await device.Grain.ConnectionReady(device.LinkOf("newer")));
        Assert.Equal(Refusal.None, await device.Grain.RevokeSession(TwinCluster.Customer));
        Assert.Equal(Refusal.InvalidSession, await device.Grain.ConnectionReady(device.LinkOf("newer")));
    }

    [Fact]
    public async Task A_late_close_of_an_old_socket_touches_nothing()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Connect("old");
        await device.Connect("new");
        await device.Grain.Disconnect("old");

        Assert.True((await device.Read()).Connected);
        await roll.Pass(20);
        Assert.Equal(["online connected"], await device.Log());
    }

    [Fact]
    public async Task A_newer_socket_ends_the_older_one_and_the_same_one_again_ends_nothing()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var ear = new Ends(roll);
        await device.Connect("old", ear.Reference);
        await device.Connect("old", ear.Reference);
        await device.Connect("new", ear.Reference);
        await Eventually.IsSoAsync(() => ear.Said.SequenceEqual(["old Superseded"]));
        Assert.True((await device.Read()).Connected);
        Assert.Equal(["online connected"], await device.Log());
    }

    [Fact]
    public async Task A_newer_session_a_revocation_maintenance_and_a_deletion_end_the_socket()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var ear = new Ends(roll);
        await device.Connect("first", ear.Reference);
        await device.Authenticate();
        Assert.True((await device.Read()).Connected);
        await device.Beat();
        await Eventually.IsSoAsync(() => ear.Said.SequenceEqual(["first Superseded"]));
        Assert.False((await device.Read()).Connected);
        await device.Grain.Disconnect("first");
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);

        await device.Connect("second", ear.Reference);
        await device.Grain.RevokeSession(TwinCluster.Customer);
        await device.Authenticate();
        await device.Connect("third", ear.Reference);
        await device.Grain.EndSession(device.Session);
        await device.Authenticate();
        await device.Connect("fourth", ear.Reference);
        await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(null, null, DeviceMode.Maintenance), null);
        await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(null, null, DeviceMode.Active), null);
        await device.Authenticate();
        await device.Connect("fifth", ear.Reference);
        await device.Grain.Delete(TwinCluster.Customer);
        await Eventually.IsSoAsync(
            () => ear.Said.SequenceEqual(["first Superseded", "second Revoked", "third Goodbye", "fourth Revoked", "fifth Revoked"]));
    }

    [Fact]
    public async Task While_the_store_is_away_a_socket_of_the_next_session_stands_beside_the_former_and_ends_it_when_it_is_back()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var ear = new Ends(roll);
        await device.Connect("former", ear.Reference);
        var former = device.Session;
        await device.Authenticate();
        roll.Store.Fault = Journal.Fault.Away;
        Assert.Equal((Refusal.None, false), (await device.Connect("newer", ear.Reference)) is var opened ? (opened.Refusal, opened.Stored) : default);
        Assert.Equal(Refusal.None, await device.Grain.ConnectionReady(device.LinkOf("newer")));

        // Neither ends the other's, whatever comes over them, and one that closes leaves the other.
        var over = new DeviceConnectionInfo("former", former, TwinCluster.Gateway, ear.Reference);
        Assert.Equal(Refusal.None, (await device.Grain.Touch(over)).Refusal);
        Assert.Equal(Refusal.None, await device.Grain.ConnectionReady(over));
        Assert.Equal(Refusal.None, (await device.BeatOver("newer", ear.Reference)).Refusal);
        await device.Grain.Disconnect("newer");
        Assert.True((await device.Read()).Connected);
        await device.Connect("newest", ear.Reference);
        Assert.Empty(ear.Said);

        await roll.Recover(() => Task.FromResult(ear.Said.SequenceEqual(["former Superseded"])));
        Assert.True((await device.Read()).Connected);
        Assert.Equal(Refusal.SessionSuperseded, (await device.Grain.Touch(over)).Refusal);
    }

    [Fact]
    public async Task A_twin_that_forgot_the_socket_learns_of_it_with_the_next_beat_over_it()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Connect("socket");
        await device.Grain.AsReference<Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Eventually.IsSoAsync(async () => !(await device.Read()).Connected);
        await device.BeatOver("socket");
        Assert.True((await device.Read()).Connected);
        await device.Grain.Disconnect("socket");
        await roll.Pass(15);
        Assert.Equal(["online connected", "offline link_lost"], await device.Log());
    }

    [Fact]
    public async Task A_late_beat_over_an_old_socket_counts_and_ends_that_socket()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var ear = new Ends(roll);
        await device.Connect("old");
        await device.Connect("new");
        Assert.True((await device.BeatOver("old", ear.Reference)).Stored);
        await Eventually.IsSoAsync(() => ear.Said.SequenceEqual(["old Superseded"]));
        await device.Grain.Disconnect("old");
        Assert.True((await device.Read()).Connected);
    }

    [Fact]
    public async Task Fifty_drops_within_the_grace_leave_the_roll_as_it_was()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var drop = 0; drop < 50; drop++)
        {
            await device.Connect($"socket-{drop}");
            await roll.Pass(1);
            await device.Grain.Disconnect($"socket-{drop}");
            await roll.Pass(14);
        }

        await device.Connect("last");
        Assert.Equal(["online connected"], await device.Log());
    }

    [Fact]
    public async Task A_beat_over_REST_speaks_for_the_socket_of_its_session_though_not_each_of_them()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var gateway = new Ends(roll);
        await device.Connect("socket", gateway.Reference);
        await device.Beat();
        await Eventually.IsSoAsync(() => gateway.Vouched == 1);
        await roll.Pass(29);
        await device.Beat();
        await roll.Pass(1);
        await device.Beat();
        await Eventually.IsSoAsync(() => gateway.Vouched == 2);
        await device.BeatOver("socket", gateway.Reference);
        await roll.Pass(60);
        await device.BeatOver("socket", gateway.Reference);
        Assert.Equal(2, gateway.Vouched);
    }
}
