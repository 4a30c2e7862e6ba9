using Rollcall.Devices;

namespace Rollcall.Fleet;

public sealed class ProvisioningTests
{
    private static readonly NewDevice Lamp = new("lamp", "Lamp", null, WithSecret: false);

    [Fact]
    public async Task An_activation_code_repeated_before_the_first_authentication_returns_a_new_secret()
    {
        await using var roll = await TwinCluster.Start();
        var created = await roll.Grains.GetFleet(TwinCluster.Customer).Create(Lamp);
        var lamp = roll.Grains.GetDevice("lamp");
        var lost = await lamp.Register(created.ActivationCode!, "Desk");
        var kept = await lamp.Register(created.ActivationCode!, null);

        Assert.NotEqual(lost.Secret, kept.Secret);
        Assert.Equal(Refusal.InvalidCredentials, (await lamp.Authenticate(lost.Secret!)).Refusal);
        Assert.Equal(Refusal.None, (await lamp.Authenticate(kept.Secret!)).Refusal);
        Assert.Equal("Desk", (await lamp.Read(TwinCluster.Customer)).Device!.Name);
        Assert.Equal(Refusal.Conflict, (await lamp.Register(created.ActivationCode!, null)).Refusal);
    }

    [Fact]
    public async Task A_code_is_good_for_24_hours_and_for_its_own_device()
    {
        await using var roll = await TwinCluster.Start();
        var roster = roll.Grains.GetFleet(TwinCluster.Customer);
        var created = await roster.Create(Lamp);
        await roster.Create(Lamp with { DeviceId = "other" });
        Assert.Equal(roll.Clock.GetUtcNow() + TimeSpan.FromHours(24), created.ExpiresAt);

        Assert.Equal(Refusal.InvalidActivationCode, (await roll.Grains.GetDevice("other").Register(created.ActivationCode!, null)).Refusal);
        Assert.Equal(Refusal.InvalidActivationCode, (await roll.Grains.GetDevice("nobody").Register(created.ActivationCode!, null)).Refusal);
        Assert.Equal(Refusal.InvalidActivationCode, (await roll.Grains.GetDevice("lamp").Register("WRONG", null)).Refusal);

        roll.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(Refusal.InvalidActivationCode, (await roll.Grains.GetDevice("lamp").Register(created.ActivationCode!, null)).Refusal);
    }

    [Fact]
    public async Task An_id_that_is_taken_is_a_conflict_whoever_asks()
    {
        await using var roll = await TwinCluster.Start();
        Assert.Equal(Refusal.None, (await roll.Grains.GetFleet(TwinCluster.Customer).Create(Lamp)).Refusal);
        Assert.Equal(Refusal.Conflict, (await roll.Grains.GetFleet("other").Create(Lamp)).Refusal);
    }

    [Fact]
    public async Task A_device_removed_and_made_again_is_a_new_one()
    {
        await using var roll = await TwinCluster.Start();
        var old = await roll.Join("lamp");
        await old.Authenticate();
        await old.Beat();
        await old.Goodbye();
        Assert.Equal(Refusal.None, await old.Grain.Delete(TwinCluster.Customer));
        Assert.Equal(Refusal.NotFound, (await old.Grain.Read(TwinCluster.Customer)).Refusal);
        Assert.Equal(Refusal.InvalidSession, (await old.Beat()).Refusal);

        // The old token names a session newer than any of the new device.
        var device = await roll.Join("lamp");
        Assert.True(old.Session.Epoch > device.Session.Epoch);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Refusal.InvalidSession, (await old.Beat()).Refusal);
        }

        Assert.Equal(Refusal.InvalidCredentials, (await old.Authenticate()).Refusal);
        Assert.Equal(0, (await device.Shown()).Seq);
        Assert.True((await device.Beat()).Stored);
        Assert.Equal(["online heartbeat"], await device.Log());
    }
}
