using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Measuring;
using Rollcall.Support.Measuring;

namespace Rollcall.Fleet;

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
        await using var roll = await TwinCluster.Start();
        var roster = roll.Grains.GetFleet(TwinCluster.Customer);
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
        await using var roll = await TwinCluster.Start();
        var roster = roll.Grains.GetFleet(TwinCluster.Customer);
        await roster.Create(new NewDevice("lamp", null, null, true, Seed));
        Assert.Equal(Refusal.Conflict, (await roster.Create(new NewDevice("lamp", null, null, true, [.. Seed.Reverse()], Again: true))).Refusal);
        Assert.Equal(Refusal.Conflict, (await roster.Create(new NewDevice("lamp", null, null, true))).Refusal);
        Assert.Equal(Refusal.Conflict, (await roll.Grains.GetFleet("other").Create(new NewDevice("lamp", null, null, true))).Refusal);
    }

    /// <summary>Operators are alerted of twins that are fenced; a customer who asks for ids that are taken must not do that.</summary>
    [Fact]
    public async Task An_id_that_is_taken_does_not_count_as_a_fenced_twin()
    {
        await using var roll = await TwinCluster.Start();
        using var heard = new Instruments(roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<IMeterFactory>());
        var roster = roll.Grains.GetFleet(TwinCluster.Customer);
        await roster.Create(new NewDevice("lamp", null, null, true, Seed));
        Assert.Equal(Refusal.Conflict, (await roster.Create(new NewDevice("lamp", null, null, true))).Refusal);
        Assert.Equal(1, heard.Sum("rollcall.journal.records stored"));
        Assert.Equal(0, heard.Sum("rollcall.journal.records fenced"));
    }

    [Fact]
    public async Task The_secret_of_a_creation_made_again_opens_a_session()
    {
        await using var roll = await TwinCluster.Start();
        var roster = roll.Grains.GetFleet(TwinCluster.Customer);
        var wanted = new NewDevice("lamp", null, null, true, Seed);
        await roster.Create(wanted);
        var again = await roster.Create(wanted with { Again = true });
        Assert.Equal(Refusal.None, (await roll.Grains.GetDevice("lamp").Authenticate(again.Secret!, "attempt")).Refusal);
        Assert.Equal(43, again.Secret!.Length);
    }

    /// <summary>A flush that ended without an answer: the same is asked of the store again, which knows its own by the revision.</summary>
    [Theory]
    [InlineData(Fault.LostBeforeCommit)]
    [InlineData(Fault.LostAfterCommit)]
    public async Task A_device_of_which_nobody_knows_whether_it_was_made_is_made_once(Fault fault)
    {
        await using var roll = await TwinCluster.Start();
        var roster = roll.Grains.GetFleet(TwinCluster.Customer);
        roll.Store.Fault = fault;
        roll.Store.Block();
        var made = roster.Create(new NewDevice("lamp", null, null, true)).AsTask();
        await Eventually.IsSoAsync(() => roll.Store.Waiting == 1);
        roll.Store.Unblock();
        await Eventually.IsSoAsync(() => roll.Journal.Waiting == 0);
        roll.Store.Fault = Fault.None;
        await Eventually.IsSoAsync(() =>
        {
            roll.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(made.IsCompleted);
        }, step: Eventually.ShortestStep);
        Assert.Equal(Refusal.None, (await made).Refusal);
        Assert.Equal(Refusal.None, (await roll.Grains.GetDevice("lamp").Authenticate((await made).Secret!)).Refusal);
        Assert.Equal(1, (await roster.List(new DeviceQuery(null, null, null, null, 10))).Counts.Total);
    }

    [Fact]
    public async Task While_the_store_is_away_nothing_is_made_and_nobody_waits()
    {
        await using var roll = await TwinCluster.Start();
        var roster = roll.Grains.GetFleet(TwinCluster.Customer);
        roll.Store.Fault = Fault.Away;
        Assert.Equal(Refusal.Unavailable, (await roster.Create(new NewDevice("lamp", null, null, true))).Refusal);
        Assert.Equal(Refusal.Unavailable, (await roster.Create(new NewDevice("lamp", null, null, true))).Refusal);
        await roll.Recover(async () => (await roster.Create(new NewDevice("lamp", null, null, true))).Refusal == Refusal.None);
    }
}
