using Rollcall.Devices;

namespace Rollcall.Enrolment;

public sealed class CustomerTests
{
    [Fact]
    public async Task A_key_has_256_bits_under_a_prefix_and_its_text_is_shown_once()
    {
        await using var roll = await TwinCluster.Start();
        var customer = roll.Grains.GetCustomer(TwinCluster.Customer);
        var created = await customer.CreateKey(new NewKey("Plant 7", 5, roll.Clock.GetUtcNow().AddDays(1)));

        Assert.Matches("^rke_[A-Za-z0-9_-]{43}$", created.Text);
        Assert.DoesNotContain(created.Text!, string.Join(' ', await customer.ListKeys()), StringComparison.Ordinal);
        var expected = new EnrolmentKey(created.Id!, "Plant 7", 5, 0, roll.Clock.GetUtcNow(), roll.Clock.GetUtcNow().AddDays(1), null);
        Assert.Equal([expected], await customer.ListKeys());
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_and_outlive_their_activations()
    {
        await using var roll = await TwinCluster.Start();
        var customer = roll.Grains.GetCustomer(TwinCluster.Customer);
        var (first, key) = await roll.NewKey();
        var (second, _) = await roll.NewKey();
        await key.Enrol("lamp", null);
        await customer.RevokeKey(second);

        var before = await customer.ListKeys();
        await roll.Cluster.DeactivateAsync(customer);
        await roll.Cluster.DeactivateAsync(key);
        Assert.Equal(before, await customer.ListKeys());
        Assert.Equal([(second, 0, true), (first, 1, false)], before.Select(shown => (shown.Id, shown.Devices, shown.RevokedAt is not null)));
    }

    [Fact]
    public async Task Another_customers_key_is_not_found_and_stays_good()
    {
        await using var roll = await TwinCluster.Start();
        var (id, key) = await roll.NewKey();

        Assert.Equal(Refusal.NotFound, await roll.Grains.GetCustomer("stranger").RevokeKey(id));
        Assert.Empty(await roll.Grains.GetCustomer("stranger").ListKeys());
        Assert.Equal(Refusal.None, (await key.Enrol("lamp", null)).Refusal);
    }

    [Fact]
    public async Task Revoked_twice_the_first_time_counts()
    {
        await using var roll = await TwinCluster.Start();
        var customer = roll.Grains.GetCustomer(TwinCluster.Customer);
        var (id, _) = await roll.NewKey();
        await customer.RevokeKey(id);
        var revoked = await customer.ListKeys();
        roll.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Refusal.None, await customer.RevokeKey(id));
        Assert.Equal(revoked, await customer.ListKeys());
    }

    [Fact]
    public async Task One_key_too_many_takes_the_place_of_the_oldest_dead_one_or_is_refused()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Enrolment.KeysMost = 3);
        var customer = roll.Grains.GetCustomer(TwinCluster.Customer);
        var (first, _) = await roll.NewKey();
        var (expiring, _) = await roll.NewKey(until: roll.Clock.GetUtcNow().AddHours(1));
        var (revoked, dead) = await roll.NewKey();
        Assert.Equal(new NewKeyReply(Refusal.QuotaExceeded), await customer.CreateKey(new NewKey("one too many", null, null)));

        await customer.RevokeKey(revoked);
        var (fourth, _) = await roll.NewKey();
        Assert.Equal([fourth, expiring, first], (await customer.ListKeys()).Select(key => key.Id));
        Assert.Equal(Refusal.InvalidEnrolmentKey, (await dead.Enrol("lamp", null)).Refusal);

        roll.Clock.Advance(TimeSpan.FromHours(1));
        var (fifth, _) = await roll.NewKey();
        Assert.Equal([fifth, fourth, first], (await customer.ListKeys()).Select(key => key.Id));
        Assert.Equal(Refusal.QuotaExceeded, (await customer.CreateKey(new NewKey("one too many", null, null))).Refusal);
    }
}
