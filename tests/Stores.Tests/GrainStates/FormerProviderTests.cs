using Orleans.Runtime;
using Orleans.Storage;
using Rollcall.Postgres;
using Rollcall.Sqlite;

namespace Rollcall.GrainStates;

/// <summary>Silos of the version before write states with Orleans' ADO.NET provider. They run beside ours, and may take the roll back.</summary>
public abstract class FormerProviderTests
{
    private const string Name = "settings";
    private static readonly GrainId Demo = GrainId.Create("customer", "customer:demo");

    private protected abstract Task<TestStore> Open();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_one_wrote_the_other_reads_writes_and_clears(bool formerFirst)
    {
        await using var store = await Open();
        await using var provider = await AdoNetSilo.StartAsync(store.Former);
        var (one, other) = formerFirst ? (provider.Storage, store.States()) : (store.States(), provider.Storage);
        var mine = await Written(one, Demo, "first");
        mine.State = new Settings("ünï");
        await one.WriteStateAsync(Name, Demo, mine);
        var theirs = await Read(other);
        Assert.Equal(("ünï", mine.ETag, true), (theirs.State!.Text, theirs.ETag, theirs.RecordExists));

        theirs.State = new Settings("theirs");
        await other.WriteStateAsync(Name, Demo, theirs);
        await Late(() => one.WriteStateAsync(Name, Demo, mine));
        await Late(() => one.ClearStateAsync(Name, Demo, mine));
        mine = await Read(one);
        Assert.Equal(("theirs", theirs.ETag, true), (mine.State!.Text, mine.ETag, mine.RecordExists));

        await one.ClearStateAsync(Name, Demo, mine);
        Assert.Equal(0, await store.Count("grain_state"));
        await Late(() => other.WriteStateAsync(Name, Demo, theirs));
        theirs = await Read(other);
        Assert.Equal((null, false), (theirs.ETag, theirs.RecordExists));

        // Made anew, it is nobody's first write any more.
        theirs = await Written(other, Demo, "again");
        await Late(() => one.WriteStateAsync(Name, Demo, mine));
        await other.ClearStateAsync(Name, Demo, theirs);
        Assert.False((await Read(one)).RecordExists);

        static Task Late(Func<Task> write) => Assert.ThrowsAsync<InconsistentStateException>(write);
    }

    [Fact]
    public async Task Both_write_the_same_row_for_the_same_state()
    {
        await using var store = await Open();
        await using var provider = await AdoNetSilo.StartAsync(store.Former);
        foreach (var (storage, key) in new[] { (provider.Storage, "customer:former"), (store.States(), "customer:present") })
        {
            var grain = GrainId.Create("customer", key);
            var state = await Written(storage, grain, "one");
            state.State = new Settings("it's \"ünï\" 🙂");
            await storage.WriteStateAsync(Name, grain, state);
            Assert.Equal("2", state.ETag);
        }

        Assert.Equal(2, await store.Count("grain_state", "grain_key IN ('0.0.customer:former', '0.0.customer:present') AND version = 2"));
        Assert.Equal(1, await store.Count("(SELECT DISTINCT service_id, state_name, payload FROM grain_state) rows_without_keys"));
    }

    [Fact]
    public async Task A_row_that_was_cleared_and_kept_is_no_state_and_is_written_again()
    {
        await using var store = await Open();
        await using var provider = await AdoNetSilo.StartAsync(options =>
        {
            store.Former(options);
            options.DeleteStateOnClear = false;
        });
        await provider.Storage.ClearStateAsync(Name, Demo, await Written(provider.Storage, Demo, "one"));
        var storage = store.States();
        var state = await Read(storage);
        Assert.Equal(("2", false, null), (state.ETag, state.RecordExists, state.State!.Text));

        state.State = new Settings("two");
        await storage.WriteStateAsync(Name, Demo, state);
        Assert.Equal("two", (await Read(provider.Storage)).State!.Text);
    }

    private static async Task<GrainState<Settings>> Written(IGrainStorage storage, GrainId grain, string text)
    {
        var state = new GrainState<Settings>(new Settings(text));
        await storage.WriteStateAsync(Name, grain, state);
        return state;
    }

    private static async Task<GrainState<Settings>> Read(IGrainStorage storage)
    {
        var state = new GrainState<Settings>();
        await storage.ReadStateAsync(Name, Demo, state);
        return state;
    }
}

public sealed class PostgresFormerProviderTests : FormerProviderTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}

public sealed class SqliteFormerProviderTests : FormerProviderTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}
