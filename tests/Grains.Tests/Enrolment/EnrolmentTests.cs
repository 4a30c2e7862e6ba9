using Orleans.Runtime;
using Rollcall.Devices;
using Rollcall.Fleet;

namespace Rollcall.Enrolment;

public sealed class EnrolmentTests
{
    [Fact]
    public async Task Devices_join_by_a_key_under_its_customer_and_sign_in()
    {
        await using var roll = await TwinCluster.Start();
        var (_, key) = await roll.NewKey();
        var joined = await key.Enrol("lamp", "Lamp");
        await key.Enrol("bell", null);

        Assert.Equal(Refusal.None, (await roll.Grains.GetDevice("lamp").Authenticate(joined.Secret!)).Refusal);
        var page = await roll.Grains.GetFleet(TwinCluster.Customer).List(new DeviceQuery(null, null, null, null, 10));
        Assert.Equal([("bell", null), ("lamp", "Lamp")], page.Devices.Select(device => (device.DeviceId, device.Name)));
        Assert.Equal(2, await roll.Places());
    }

    [Fact]
    public async Task A_repeat_before_the_first_authentication_gives_a_new_secret_and_counts_once()
    {
        await using var roll = await TwinCluster.Start();
        var (_, key) = await roll.NewKey(most: 1);
        var lost = await key.Enrol("lamp", "Desk");
        var kept = await key.Enrol("lamp", null);

        Assert.NotEqual(lost.Secret, kept.Secret);
        var lamp = roll.Grains.GetDevice("lamp");
        Assert.Equal(Refusal.InvalidCredentials, (await lamp.Authenticate(lost.Secret!)).Refusal);
        Assert.Equal(Refusal.None, (await lamp.Authenticate(kept.Secret!)).Refusal);
        Assert.Equal("Desk", (await lamp.Read(TwinCluster.Customer)).Device!.Name);
        Assert.Equal(1, await roll.Places());
    }

    [Fact]
    public async Task After_the_first_authentication_the_id_is_taken()
    {
        await using var roll = await TwinCluster.Start();
        var (_, key) = await roll.NewKey();
        var joined = await key.Enrol("lamp", null);
        await roll.Grains.GetDevice("lamp").Authenticate(joined.Secret!);

        Assert.Equal(new RegisterReply(Refusal.Conflict), await key.Enrol("lamp", null));
        Assert.Equal(Refusal.None, (await roll.Grains.GetDevice("lamp").Authenticate(joined.Secret!)).Refusal);
    }

    [Fact]
    public async Task A_device_that_came_another_way_is_a_conflict_and_costs_no_place()
    {
        await using var roll = await TwinCluster.Start();
        var (_, key) = await roll.NewKey();
        var (_, otherKey) = await roll.NewKey();
        await roll.Grains.GetFleet("stranger").Create(new NewDevice("bell", null, null, WithSecret: false));
        await roll.Grains.GetFleet(TwinCluster.Customer).Create(new NewDevice("lamp", null, null, WithSecret: true));
        await otherKey.Enrol("door", null);

        foreach (var id in new[] { "bell", "lamp", "door" })
        {
            Assert.Equal(new RegisterReply(Refusal.Conflict), await key.Enrol(id, "stolen"));
        }

        Assert.Equal([1, 0], (await roll.Grains.GetCustomer(TwinCluster.Customer).ListKeys()).Select(shown => shown.Devices));
    }

    [Fact]
    public async Task The_limit_holds_however_many_come_at_once()
    {
        await using var roll = await TwinCluster.Start();
        var (_, key) = await roll.NewKey(most: 10);
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => key.Enrol($"lamp-{i}", null).AsTask()));

        Assert.Equal(10, replies.Count(reply => reply.Refusal == Refusal.None));
        Assert.Equal(30, replies.Count(reply => reply.Refusal == Refusal.InvalidEnrolmentKey));
        Assert.Equal(10, await roll.Places());
        Assert.Equal(10, (await roll.Grains.GetFleet(TwinCluster.Customer).List(new DeviceQuery(null, null, null, null, 1))).Counts.Total);
    }

    [Fact]
    public async Task One_device_that_asks_many_times_at_once_counts_once_and_the_last_secret_is_good()
    {
        await using var roll = await TwinCluster.Start();
        var (_, key) = await roll.NewKey(most: 2);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => key.Enrol("lamp", null).AsTask()));

        Assert.All(replies, reply => Assert.Equal(Refusal.None, reply.Refusal));
        Assert.Equal(1, await roll.Places());
        var good = 0;
        foreach (var reply in replies)
        {
            good += (await roll.Grains.GetDevice("lamp").Authenticate(reply.Secret!)).Refusal == Refusal.None ? 1 : 0;
        }

        Assert.Equal(1, good);
    }

    [Fact]
    public async Task A_crash_between_counting_and_making_wastes_a_place_and_never_gives_one_too_many()
    {
        await using var roll = await TwinCluster.Start();
        var (_, key) = await roll.NewKey(most: 2);

        // Nobody knows what became of the device: the place stays taken.
        await roll.Execute("CREATE TRIGGER planted BEFORE INSERT ON devices BEGIN INSERT INTO planted VALUES (1); END");
        var enrolled = key.Enrol("lamp", null).AsTask();
        await Eventually.IsSoAsync(() =>
        {
            roll.Clock.Advance(TimeSpan.FromMilliseconds(250));
            return Task.FromResult(enrolled.IsCompleted);
        }, step: Eventually.ShortestStep);
        Assert.Equal(Refusal.Unavailable, (await enrolled).Refusal);
        await roll.Cluster.DeactivateAsync(key);
        await roll.Execute("DROP TRIGGER planted");
        await roll.Recover(async () => (await roll.Grains.GetDevice("lamp").Authenticate("nobody")).Refusal != Refusal.Unavailable);

        Assert.Equal(Refusal.None, (await key.Enrol("lamp", null)).Refusal);
        Assert.Equal(Refusal.InvalidEnrolmentKey, (await key.Enrol("bell", null)).Refusal);
        Assert.Equal(2, await roll.Places());
    }

    [Fact]
    public async Task An_unknown_an_expired_a_revoked_and_a_used_up_key_are_answered_alike()
    {
        await using var roll = await TwinCluster.Start();
        var now = roll.Clock.GetUtcNow();
        var (_, expiring) = await roll.NewKey(until: now.AddHours(1));
        var (id, revoked) = await roll.NewKey();
        var (_, full) = await roll.NewKey(most: 1);
        await full.Enrol("first", null);
        Assert.Equal(Refusal.None, (await expiring.Enrol("second", null)).Refusal);
        Assert.Equal(Refusal.None, (await revoked.Enrol("third", null)).Refusal);

        roll.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Refusal.None, await roll.Grains.GetCustomer(TwinCluster.Customer).RevokeKey(id));
        foreach (var key in new[] { expiring, revoked, full, roll.Grains.GetEnrolmentKey("no such key") })
        {
            // Whether the id is free or taken: who can make no device shall not learn which ones there are.
            Assert.Equal(new RegisterReply(Refusal.InvalidEnrolmentKey), await key.Enrol("lamp", null));
            Assert.Equal(new RegisterReply(Refusal.InvalidEnrolmentKey), await key.Enrol(key == full ? "second" : "first", null));
        }
    }

    [Fact]
    public async Task A_place_is_not_given_back_when_its_device_is_removed()
    {
        await using var roll = await TwinCluster.Start();
        var (_, key) = await roll.NewKey(most: 1);
        await key.Enrol("lamp", null);
        Assert.Equal(Refusal.None, await roll.Grains.GetDevice("lamp").Delete(TwinCluster.Customer));

        Assert.Equal(Refusal.InvalidEnrolmentKey, (await key.Enrol("lamp", null)).Refusal);
    }

    [Fact]
    public async Task A_guessed_key_stays_in_no_memory()
    {
        await using var roll = await TwinCluster.Start();
        for (var i = 0; i < 20; i++)
        {
            await roll.Grains.GetEnrolmentKey($"guess {i}").Enrol("lamp", null);
        }

        var management = roll.Grains.GetGrain<IManagementGrain>(0);
        await Eventually.IsSoAsync(async () =>
        {
            roll.Clock.Advance(TimeSpan.FromMilliseconds(250));
            var statistics = await management.GetDetailedGrainStatistics();
            return !statistics.Any(grain => grain.GrainId.ToString().StartsWith("enrolment-key/", StringComparison.Ordinal));
        }, step: Eventually.ShortestStep);
    }
}
