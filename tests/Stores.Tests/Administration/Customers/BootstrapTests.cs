using Microsoft.Extensions.Configuration;
using Rollcall.Devices;
using Rollcall.Enrolment;

namespace Rollcall.Administration.Customers;

/// <summary>What every store must do with the bootstrap settings.</summary>
public abstract class BootstrapTests
{
    private const string Text = "a key of thirty-two characters, at least";

    private protected abstract Task<TestStore> Open();

    [Fact]
    public async Task A_silo_reads_what_was_written_before_it_started()
    {
        await using var store = await Open();
        using var book = store.Book();
        Assert.Equal(["customer acme", "the enrolment key of customer acme"], book.Ensure(Settings()));
        await using var cluster = await StoreSilo.StartAsync(store);

        var joined = await cluster.Client.GetEnrolmentKey(Text).Enrol("lamp", null);
        Assert.Equal(Refusal.None, (await cluster.Client.GetDevice("lamp").Authenticate(joined.Secret!)).Refusal);
        var key = Assert.Single(await cluster.Client.GetCustomer("acme").ListKeys());
        Assert.Equal(("BOOTSTRAP_ENROLMENT_KEY", 1, null), (key.Name, key.Devices, key.MaxDevices));
        Assert.Equal([("acme", 1L)], book.List());
    }

    [Fact]
    public async Task A_running_silo_loses_nothing_and_soon_knows_it_too()
    {
        await using var store = await Open();
        using var book = store.Book();
        await using var cluster = await StoreSilo.StartAsync(store);
        var customer = cluster.Client.GetCustomer("acme");
        var first = await customer.CreateKey(new NewKey("first", null, null));
        Assert.Equal(2, book.Ensure(Settings()).Count);

        // Its own copy is outdated by now: the write is refused, and the next one knows both.
        await Assert.ThrowsAnyAsync<Exception>(async () => await customer.CreateKey(new NewKey("second", null, null)));
        Assert.Equal(Refusal.None, (await customer.CreateKey(new NewKey("second", null, null))).Refusal);
        Assert.Equal(["second", "BOOTSTRAP_ENROLMENT_KEY", "first"], (await customer.ListKeys()).Select(key => key.Name));
        Assert.Equal(Refusal.None, (await cluster.Client.GetEnrolmentKey(first.Text!).Enrol("lamp", null)).Refusal);
    }

    [Fact]
    public async Task What_is_there_stays_as_it_is_also_when_it_was_revoked()
    {
        await using var store = await Open();
        using var book = store.Book();
        book.Ensure(Settings());
        await using (var cluster = await StoreSilo.StartAsync(store))
        {
            await cluster.Client.GetEnrolmentKey(Text).Enrol("lamp", null);
            var key = Assert.Single(await cluster.Client.GetCustomer("acme").ListKeys());
            await cluster.Client.GetCustomer("acme").RevokeKey(key.Id);
        }

        Assert.Empty(book.Ensure(Settings()));
        await using var after = await StoreSilo.StartAsync(store);
        Assert.Equal(Refusal.InvalidEnrolmentKey, (await after.Client.GetEnrolmentKey(Text).Enrol("bell", null)).Refusal);
        Assert.Equal(1, Assert.Single(await after.Client.GetCustomer("acme").ListKeys()).Devices);
    }

    [Fact]
    public async Task Customers_are_added_once_and_listed_by_id()
    {
        await using var store = await Open();
        using var book = store.Book();
        Assert.True(book.Add("zoo"));
        Assert.False(book.Add("zoo"));
        Assert.True(book.Add("acme"));
        await store.Create("lamp", "zoo");

        Assert.Equal([("acme", 0L), ("zoo", 1L)], book.List());
    }

    private static Bootstrap Settings() => new(new ConfigurationBuilder()
        .AddInMemoryCollection([new("BOOTSTRAP_CUSTOMER", "acme"), new("BOOTSTRAP_ENROLMENT_KEY", Text)]).Build());
}
