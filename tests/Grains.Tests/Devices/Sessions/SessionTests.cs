namespace Rollcall.Devices.Sessions;

public sealed class SessionTests
{
    [Fact]
    public async Task A_sign_in_ends_nothing_and_the_first_use_of_its_session_ends_the_former()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var old = device.Session;
        Assert.True((await device.Beat()).Stored);
        var before = await device.Shown();
        await device.Authenticate();
        Assert.Equal(before, await device.Shown());
        Assert.True((await device.Beat(session: old)).Stored);

        Assert.True((await device.Beat()).Stored);
        Assert.Equal(Refusal.SessionSuperseded, (await device.Beat(session: old)).Refusal);
        Assert.Equal(Refusal.SessionSuperseded, (await device.Grain.Connect(new DeviceConnectionInfo("socket", old, TwinCluster.Gateway))).Refusal);
        Assert.Equal(Refusal.SessionSuperseded, await device.Grain.EndSession(old));
        Assert.True((await device.Beat()).Stored);
        Assert.True(device.Session.Epoch > old.Epoch);
        Assert.Matches("^[0-9a-f]{64}$", device.Session.Id);
        Assert.Equal(["online heartbeat"], await device.Log());
    }

    [Fact]
    public async Task A_session_that_is_dropped_unused_by_a_newer_sign_in_is_superseded()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        var first = device.Session;
        await device.Authenticate();
        var lost = device.Session;
        await device.Authenticate();
        Assert.Equal(Refusal.SessionSuperseded, (await device.Beat(session: lost)).Refusal);
        Assert.True((await device.Beat(session: first)).Stored);
        Assert.True((await device.Beat()).Stored);
    }

    [Fact]
    public async Task A_result_with_the_next_session_is_taken_and_the_former_stays()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var former = device.Session;
        await device.Connect("socket");
        var sent = (await device.Grain.Send(TwinCluster.Customer,
            new Commands.NewCommand("work", null, TimeSpan.FromHours(1), "owner", "key", MayBeKnown: false))).Command!;
        await device.Authenticate();
        var done = await device.Grain.Report(new Commands.CommandReport(device.Session, null, sent.Id, Commands.CommandStatus.Completed));
        Assert.Equal((Refusal.None, Commands.CommandStatus.Completed), (done.Refusal, done.Command!.Status));
        Assert.True((await device.Read()).Connected);
        Assert.True((await device.Beat(session: former)).Stored);
        Assert.Equal(device.Session.Id, (await roll.Row("lamp"))!.Session.Next?.Id);
    }

    [Fact]
    public async Task Ending_the_session_in_force_leaves_the_next_and_ending_the_next_leaves_none()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        var former = device.Session;
        await device.Authenticate();
        Assert.Equal(Refusal.None, await device.Grain.EndSession(former));
        Assert.Equal(Refusal.SessionSuperseded, (await device.Beat(session: former)).Refusal);
        Assert.Equal(["online heartbeat", "offline goodbye"], await device.Log());
        Assert.True((await device.Beat()).Stored);

        former = device.Session;
        await device.Authenticate();
        Assert.Equal(Refusal.None, await device.Grain.EndSession(device.Session));
        Assert.Equal(Refusal.InvalidSession, (await device.Beat(session: former)).Refusal);
        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
    }

    [Fact]
    public async Task A_beat_that_says_offline_is_a_use_and_ends_no_session()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        var former = device.Session;
        await device.Authenticate();
        Assert.Equal(Refusal.None, (await device.Goodbye()).Refusal);
        Assert.Equal(Refusal.SessionSuperseded, (await device.Beat(session: former)).Refusal);
        Assert.True((await device.Beat()).Stored);
    }

    [Fact]
    public async Task One_request_that_is_carried_out_twice_opens_one_session()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var answered = (await device.Grain.Authenticate(device.Secret, "request-1")).Session!;
        Assert.Equal(answered, (await device.Grain.Authenticate(device.Secret, "request-1")).Session);
        Assert.True((await device.Beat(session: answered)).Stored);
        Assert.True((await device.Grain.Authenticate(device.Secret, "request-2")).Session!.Epoch > answered.Epoch);
        Assert.True((await device.Grain.Authenticate(device.Secret, "request-1")).Session!.Epoch > answered.Epoch + 1);
    }

    [Fact]
    public async Task Authentication_is_no_sign_of_life()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var shown = await device.Shown();
        Assert.Equal((DeviceStatus.Offline, null, null, 0L), (shown.Status, shown.Reason, shown.LastSeen, shown.Seq));
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_device_are_told_the_same()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        Assert.Equal(new AuthenticateReply(Refusal.InvalidCredentials), await device.Grain.Authenticate("wrong secret"));
        Assert.Equal(new AuthenticateReply(Refusal.InvalidCredentials), await roll.Grains.GetDevice("nobody").Authenticate("wrong secret"));
    }

    [Fact]
    public async Task Ending_its_own_session_is_a_goodbye()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        Assert.Equal(Refusal.None, await device.Grain.EndSession(device.Session));

        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
        Assert.Equal(["online heartbeat", "offline goodbye"], await device.Log());
    }

    [Fact]
    public async Task A_revoked_session_is_over_and_the_device_may_authenticate_again()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        Assert.Equal(Refusal.None, await device.Grain.RevokeSession(TwinCluster.Customer));
        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);

        Assert.Equal(Refusal.None, (await device.Authenticate()).Refusal);
        Assert.True((await device.Beat()).Stored);
        Assert.Equal(["online heartbeat", "offline revoked", "online heartbeat"], await device.Log());
    }

    [Theory]
    [InlineData(DeviceMode.Disabled, Refusal.Disabled, "offline disabled")]
    [InlineData(DeviceMode.Maintenance, Refusal.Maintenance, "offline maintenance")]
    public async Task A_device_that_is_not_active_is_kept_out_until_it_is(DeviceMode mode, Refusal refusal, string logged)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        var patched = await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(Mode: mode), null);
        Assert.Equal((mode, DeviceStatus.Offline), (patched.Device!.Mode, patched.Device.Status));

        Assert.Equal(refusal, (await device.Beat()).Refusal);
        Assert.Equal(refusal, (await device.Authenticate()).Refusal);
        Assert.Equal(["online heartbeat", logged], await device.Log());

        await device.Grain.Patch(TwinCluster.Customer, new DevicePatch(Mode: DeviceMode.Active), null);
        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
        await device.Authenticate();
        Assert.True((await device.Beat()).Stored);
        Assert.Equal(["online heartbeat", logged, "online heartbeat"], await device.Log());
    }

    [Fact]
    public async Task Another_customers_device_is_not_found()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        Assert.Equal(Refusal.NotFound, (await device.Grain.Read("other")).Refusal);
        Assert.Equal(Refusal.NotFound, (await device.Grain.Patch("other", new DevicePatch(Mode: DeviceMode.Disabled), null)).Refusal);
        Assert.Equal(Refusal.NotFound, await device.Grain.RevokeSession("other"));
        Assert.Equal(Refusal.NotFound, await device.Grain.Delete("other"));
        Assert.True((await device.Beat()).Stored);
    }
}
