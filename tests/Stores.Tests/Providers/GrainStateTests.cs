using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using Rollcall.Postgres;
using Rollcall.Sqlite;

namespace Rollcall.Providers;

/// <summary>Orleans' own provider over our tables and statements.</summary>
public abstract class GrainStateTests
{
    private static readonly GrainId Demo = GrainId.Create("customer", "customer:demo");

    /// <summary>A database with its tables, and how the provider reaches it.</summary>
    private protected abstract Task<(IAsyncDisposable Store, Action<AdoNetGrainStorageOptions> Options)> Open();

    [Fact]
    public async Task A_state_is_written_read_written_again_and_cleared()
    {
        var (store, options) = await Open();
        await using var _ = store;
        await using var cluster = await Deploy(options);
        var storage = Storage(cluster);

        var mine = new GrainState<Settings>(new Settings("one"));
        await storage.WriteStateAsync("settings", Demo, mine);
        Assert.Equal(("one", true), await Read(storage, Demo));
        mine.State = new Settings("two");
        await storage.WriteStateAsync("settings", Demo, mine);
        Assert.Equal(("two", true), await Read(storage, Demo));

        await storage.ClearStateAsync("settings", Demo, mine);
        Assert.Null((await Read(storage, Demo)).Text);
        mine.State = new Settings("three");
        await storage.WriteStateAsync("settings", Demo, mine);
        Assert.Equal(("three", true), await Read(storage, Demo));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_that_read_the_same_the_second_is_told_that_it_is_late(bool delete)
    {
        var (store, options) = await Open();
        await using var _ = store;
        await using var cluster = await Deploy(options + (provider => provider.DeleteStateOnClear = delete));
        var storage = Storage(cluster);

        var (first, second) = (new GrainState<Settings>(new Settings("first")), new GrainState<Settings>(new Settings("second")));
        await storage.WriteStateAsync("settings", Demo, first);
        await Late(() => storage.WriteStateAsync("settings", Demo, second));

        await storage.ReadStateAsync("settings", Demo, second);
        first.State = new Settings("newer");
        await storage.WriteStateAsync("settings", Demo, first);
        await Late(() => storage.WriteStateAsync("settings", Demo, second));
        await Late(() => storage.ClearStateAsync("settings", Demo, second));
        Assert.Equal(("newer", true), await Read(storage, Demo));

        await storage.ClearStateAsync("settings", Demo, first);
        await Late(() => storage.WriteStateAsync("settings", Demo, second));
        Assert.Equal((null, false), await Read(storage, Demo));
        first.State = new Settings("again");
        await storage.WriteStateAsync("settings", Demo, first);
        Assert.Equal(("again", true), await Read(storage, Demo));

        static Task Late(Func<Task> write) => Assert.ThrowsAsync<InconsistentStateException>(write);
    }

    [Fact]
    public async Task Keys_and_names_are_told_apart()
    {
        var (store, options) = await Open();
        await using var _ = store;
        await using var cluster = await Deploy(options);
        var storage = Storage(cluster);
        GrainId[] grains =
        [
            Demo, GrainId.Create("customer", "customer:Demo"), GrainId.Create("customer", "it's \"ünï\" %_"),
            OfNumber(null), OfNumber("x"),
        ];
        foreach (var grain in grains)
        {
            await storage.WriteStateAsync("settings", grain, new GrainState<Settings>(new Settings(grain.ToString())));
            await storage.WriteStateAsync("keys", grain, new GrainState<Settings>(new Settings("other")));
        }

        foreach (var grain in grains)
        {
            Assert.Equal((grain.ToString(), true), await Read(storage, grain));
        }
    }

    private static GrainId OfNumber(string? more) =>
        GrainId.Create(GrainType.Create("customer"), more is null ? GrainIdKeyExtensions.CreateIntegerKey(7) : GrainIdKeyExtensions.CreateIntegerKey(7, more));

    private static async Task<(string? Text, bool Exists)> Read(IGrainStorage storage, GrainId grain)
    {
        var state = new GrainState<Settings>();
        await storage.ReadStateAsync("settings", grain, state);
        return (state.State?.Text, state.RecordExists);
    }

    private static IGrainStorage Storage(InProcessTestCluster cluster) =>
        cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("states");

    private static async Task<InProcessTestCluster> Deploy(Action<AdoNetGrainStorageOptions> options)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.UseSystemTextJsonGrainStorageSerializer().AddAdoNetGrainStorage("states", options));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>What a grain keeps.</summary>
    public sealed class Settings(string? text)
    {
        public Settings()
            : this(null)
        {
        }

        public string? Text { get; set; } = text;
    }
}

public sealed class PostgresGrainStateTests : GrainStateTests
{
    private protected override async Task<(IAsyncDisposable Store, Action<AdoNetGrainStorageOptions> Options)> Open()
    {
        var database = PostgresDatabase.From(await SharedPostgres.NewDatabaseAsync());
        return (database, provider => (provider.Invariant, provider.DataSource) = ("Npgsql", database.DataSource));
    }
}

public sealed class SqliteGrainStateTests : GrainStateTests
{
    private protected override Task<(IAsyncDisposable Store, Action<AdoNetGrainStorageOptions> Options)> Open()
    {
        var store = new SqliteTestStore();
        return Task.FromResult<(IAsyncDisposable, Action<AdoNetGrainStorageOptions>)>((
            store,
            provider => (provider.Invariant, provider.ConnectionString) = ("System.Data.SQLite", SqliteConnections.ConnectionString(store.File))));
    }
}
