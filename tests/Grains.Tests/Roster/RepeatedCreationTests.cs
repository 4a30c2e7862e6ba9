using Rollcall.Devices;

namespace Rollcall.Roster;

/// <summary>The answer to a creation may get lost; whoever asks again is not told that the id is taken, by its own device.</summary>
public sealed class RepeatedCreationTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("lamp", true)]
    [InlineData("lamp", false)]
    [InlineData(null, true)]
    [InlineData(null, false)]
    public async Task A_creation_that_is_made_again_answers_the_same_device_by_the_same_secret_or_code(string? id, bool withSecret)
    {
        await using var roll = await Roll.Start();
        var roster = roll.Grains.GetRoster(Roll.Customer);
        var wanted = new NewDevice(id, "Lamp", null, withSecret, Seed);
        var first = await roster.Create(wanted);
        await roll.Pass(3);
        var again = await roster.Create(wanted with { Again = true });

        Assert.Equal(Refusal.None, again.Refusal);
        Assert.Equal(first, again);
        Assert.Equal(withSecret, again.Secret is not null);
        Assert.Equal(1, (await roster.List(new DeviceQuery(null, null, null, null, 10))).Counts.Total);
    }

    [Fact]
    public async Task Another_creation_of_the_id_is_a_conflict_made_again_or_not()
    {
        await using var roll = await Roll.Start();
        var roster = roll.Grains.GetRoster(Roll.Customer);
        await roster.Create(new NewDevice("lamp", null, null, true, Seed));
        Assert.Equal(Refusal.Conflict, (await roster.Create(new NewDevice("lamp", null, null, true, [.. Seed.Reverse()], Again: true))).Refusal);
        Assert.Equal(Refusal.Conflict, (await roster.Create(new NewDevice("lamp", null, null, true))).Refusal);
        Assert.Equal(Refusal.Conflict, (await roll.Grains.GetRoster("other").Create(new NewDevice("lamp", null, null, true))).Refusal);
    }

    [Fact]
    public async Task The_secret_of_a_creation_made_again_opens_a_session()
    {
        await using var roll = await Roll.Start();
        var roster = roll.Grains.GetRoster(Roll.Customer);
        var wanted = new NewDevice("lamp", null, null, true, Seed);
        await roster.Create(wanted);
        var again = await roster.Create(wanted with { Again = true });
        Assert.Equal(Refusal.None, (await roll.Grains.GetDevice("lamp").Authenticate(again.Secret!, "attempt")).Refusal);
        Assert.Equal(43, again.Secret!.Length);
    }
}
