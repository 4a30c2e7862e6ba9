namespace Rollcall.Devices;

public sealed class SessionTests
{
    [Fact]
    public async Task The_newest_session_wins()
    {
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        var old = device.Session;
        await device.Authenticate();

        Assert.Equal(Refusal.SessionSuperseded, (await device.Beat(session: old)).Refusal);
        Assert.Equal(Refusal.SessionSuperseded, (await device.Grain.Connect(new Link("socket", old, Roll.Gateway))).Refusal);
        Assert.Equal(Refusal.SessionSuperseded, await device.Grain.EndSession(old));
        Assert.True((await device.Beat()).Stored);
        Assert.True(device.Session.Epoch > old.Epoch);
        Assert.Matches("^[0-9a-f]{64}$", device.Session.Id);
    }

    [Fact]
    public async Task One_request_that_is_carried_out_twice_opens_one_session()
    {
        await using var roll = await Roll.Start();
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
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        var shown = await device.Shown();
        Assert.Equal((DeviceStatus.Offline, null, null, 0L), (shown.Status, shown.Reason, shown.LastSeen, shown.Seq));
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_device_are_told_the_same()
    {
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        Assert.Equal(new AuthenticateReply(Refusal.InvalidCredentials), await device.Grain.Authenticate("wrong secret"));
        Assert.Equal(new AuthenticateReply(Refusal.InvalidCredentials), await roll.Grains.GetDevice("nobody").Authenticate("wrong secret"));
    }

    [Fact]
    public async Task Ending_its_own_session_is_a_goodbye()
    {
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        Assert.Equal(Refusal.None, await device.Grain.EndSession(device.Session));

        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
        Assert.Equal(["online heartbeat", "offline goodbye"], await device.Log());
    }

    [Fact]
    public async Task A_revoked_session_is_over_and_the_device_may_authenticate_again()
    {
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        Assert.Equal(Refusal.None, await device.Grain.RevokeSession(Roll.Customer));
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
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        var patched = await device.Grain.Patch(Roll.Customer, new DevicePatch(Mode: mode), null);
        Assert.Equal((mode, DeviceStatus.Offline), (patched.Device!.Mode, patched.Device.Status));

        Assert.Equal(refusal, (await device.Beat()).Refusal);
        Assert.Equal(refusal, (await device.Authenticate()).Refusal);
        Assert.Equal(["online heartbeat", logged], await device.Log());

        await device.Grain.Patch(Roll.Customer, new DevicePatch(Mode: DeviceMode.Active), null);
        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
        await device.Authenticate();
        Assert.True((await device.Beat()).Stored);
        Assert.Equal(["online heartbeat", logged, "online heartbeat"], await device.Log());
    }

    [Fact]
    public async Task Another_customers_device_is_not_found()
    {
        await using var roll = await Roll.Start();
        var device = await roll.Join("lamp");
        Assert.Equal(Refusal.NotFound, (await device.Grain.Read("other")).Refusal);
        Assert.Equal(Refusal.NotFound, (await device.Grain.Patch("other", new DevicePatch(Mode: DeviceMode.Disabled), null)).Refusal);
        Assert.Equal(Refusal.NotFound, await device.Grain.RevokeSession("other"));
        Assert.Equal(Refusal.NotFound, await device.Grain.Delete("other"));
        Assert.True((await device.Beat()).Stored);
    }
}
