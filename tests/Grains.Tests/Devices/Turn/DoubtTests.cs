using Rollcall.Journal;

namespace Rollcall.Devices.Turn;

/// <summary>Writes of which nobody knows whether they happened.</summary>
public sealed class DoubtTests
{
    public static readonly TheoryData<Fault> Unknown = new(Fault.LostBeforeCommit, Fault.LostAfterCommit);

    [Theory, MemberData(nameof(Unknown), DisableDiscoveryEnumeration = true)]
    public async Task A_transition_of_unknown_outcome_is_logged_once_and_its_seq_used_once(Fault fault)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        roll.Store.Fault = fault;

        var reply = await device.Goodbye();
        Assert.Equal((Refusal.None, false), (reply.Refusal, reply.Stored));
        Assert.Equal(DeviceStatus.Online, (await device.Read()).Status);

        await roll.Recover(async () => (await device.Read()).Status == DeviceStatus.Offline);
        await device.Shown();
        Assert.True((await device.Beat()).Stored);
        Assert.Equal(["online heartbeat", "offline goodbye", "online heartbeat"], await device.Log());
        await device.Shown();
    }

    [Theory, MemberData(nameof(Unknown), DisableDiscoveryEnumeration = true)]
    public async Task Nobody_goes_offline_while_in_doubt_and_a_full_window_follows(Fault fault)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await roll.Pass(80);
        roll.Store.Fault = fault;
        await device.Beat("""{"cpu":1}""");
        await roll.Pass(200);
        Assert.Equal(DeviceStatus.Online, (await device.Read()).Status);

        await roll.Recover(async () => (await device.Read()).Metrics is not null);
        await roll.Pass(89);
        Assert.Equal(DeviceStatus.Online, (await device.Shown()).Status);
        await roll.Pass(1);
        Assert.Equal(["online heartbeat", "offline heartbeat_timeout"], await device.Log());
    }

    [Theory, MemberData(nameof(Unknown), DisableDiscoveryEnumeration = true)]
    public async Task A_session_nobody_was_given_does_not_supersede_the_one_the_device_holds(Fault fault)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var held = device.Session;
        Assert.True((await device.Beat()).Stored);
        for (var i = 0; i < 3; i++)
        {
            roll.Store.Fault = fault;
            Assert.Equal(Refusal.Unavailable, (await device.Authenticate()).Refusal);
            Assert.Equal(Refusal.Unavailable, (await device.Beat(session: new Session("unknown to the twin", 99))).Refusal);
            await roll.Recover(async () => (await device.Beat()).Stored);
        }

        Assert.Equal(held, device.Session);
        Assert.Equal(Refusal.None, (await device.Authenticate()).Refusal);
        Assert.True((await device.Beat()).Stored);
        Assert.Equal(Refusal.SessionSuperseded, (await device.Beat(session: held)).Refusal);
    }

    [Theory, MemberData(nameof(Unknown), DisableDiscoveryEnumeration = true)]
    public async Task While_nobody_knows_whether_the_next_session_is_in_force_both_are_good(Fault fault)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        var former = device.Session;
        await device.Authenticate();
        roll.Store.Fault = fault;
        Assert.Equal((Refusal.None, false), (await device.Beat()) is var first ? (first.Refusal, first.Stored) : default);
        Assert.Equal((Refusal.None, false), (await device.Beat(session: former)) is var second ? (second.Refusal, second.Stored) : default);
        await roll.Recover(async () => (await device.Beat()).Stored);
        Assert.Equal(Refusal.SessionSuperseded, (await device.Beat(session: former)).Refusal);
    }

    [Fact]
    public async Task What_is_heard_in_a_session_that_had_ended_does_not_bring_the_device_back()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        roll.Store.Fault = Fault.LostAfterCommit;
        Assert.Equal(Refusal.Unavailable, await device.Grain.RevokeSession(TwinCluster.Customer));
        Assert.Equal(Refusal.None, (await device.Beat()).Refusal);

        await roll.Recover(async () => (await device.Read()).Status == DeviceStatus.Offline);
        await roll.Turns();
        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
        Assert.Equal(["online heartbeat", "offline revoked"], await device.Log());
        await device.Shown();
    }

    [Fact]
    public async Task A_removal_of_unknown_outcome_is_settled_as_what_it_was()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        roll.Store.Fault = Fault.LostAfterCommit;
        Assert.Equal(Refusal.Unavailable, await device.Grain.Delete(TwinCluster.Customer));
        await roll.Recover(async () => (await device.Grain.Read(TwinCluster.Customer)).Refusal == Refusal.NotFound);
        Assert.Equal(Refusal.InvalidSession, (await device.Beat()).Refusal);
    }

    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.LostBeforeCommit)]
    public async Task After_two_seconds_without_an_answer_the_beat_is_kept_however_the_write_ends(Fault end)
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        roll.Store.Block();
        var beat = device.Beat("""{"cpu":1}""");
        await Eventually.IsSoAsync(() => roll.Store.Waiting == 1);
        roll.Clock.Advance(TimeSpan.FromSeconds(1.9));
        await device.Read();
        Assert.False(beat.IsCompleted);
        roll.Clock.Advance(TimeSpan.FromSeconds(0.1));
        var reply = await beat;
        Assert.Equal((Refusal.None, false), (reply.Refusal, reply.Stored));
        Assert.Equal(DeviceStatus.Offline, (await device.Shown()).Status);

        // The late write ends one way or the other; only then may a probe say that the store is back.
        roll.Store.Fault = end;
        roll.Store.Unblock();
        await Eventually.IsSoAsync(() => roll.Store.Waiting == 0);
        await roll.Recover(async () => (await device.Read()).Status == DeviceStatus.Online);
        Assert.Equal(["online heartbeat"], await device.Log());
        Assert.Equal("""{"cpu":1}""", (await device.Shown()).Metrics);
        await device.Goodbye();
        Assert.Equal(["online heartbeat", "offline goodbye"], await device.Log());
    }
}
