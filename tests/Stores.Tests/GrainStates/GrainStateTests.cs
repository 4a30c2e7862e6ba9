using Orleans.Runtime;
using Orleans.Storage;
using Rollcall.Postgres;
using Rollcall.Sqlite;

namespace Rollcall.GrainStates;

/// <summary>The grain storage of what is written rarely, and the provider that silos of a former version use over the same table.</summary>
public abstract class GrainStateTests
{
    private static readonly GrainId Demo = GrainId.Create("customer", "customer:demo");

    /// <summary>The storage over a database with its tables.</summary>
    private protected abstract Task<(IAsyncDisposable Owner, IGrainStorage Storage)> Open();

    [Fact]
    public async Task A_state_is_written_read_written_again_and_cleared()
    {
        var (owner, storage) = await Open();
        await using var _ = owner;

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

    [Fact]
    public async Task Of_two_that_read_the_same_the_second_is_told_that_it_is_late()
    {
        var (owner, storage) = await Open();
        await using var _ = owner;

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
        var (owner, storage) = await Open();
        await using var _ = owner;
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
        GrainId.Create(GrainType.Create("customer"),
            more is null ? GrainIdKeyExtensions.CreateIntegerKey(7) : GrainIdKeyExtensions.CreateIntegerKey(7, more));

    private static async Task<(string? Text, bool Exists)> Read(IGrainStorage storage, GrainId grain)
    {
        var state = new GrainState<Settings>();
        await storage.ReadStateAsync("settings", grain, state);
        return (state.State?.Text, state.RecordExists);
    }
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

public sealed class PostgresGrainStateTests : GrainStateTests
{
    private protected override async Task<(IAsyncDisposable Owner, IGrainStorage Storage)> Open()
    {
        var store = await PostgresTestStore.OpenAsync();
        return (store, store.States());
    }
}

/// <summary>What a silo of a former version does: our statements are held against the provider that asks for them.</summary>
/// <param name="delete">A state that is cleared has no row any more.</param>
public abstract class ProviderStateTests(bool delete) : GrainStateTests
{
    private protected override async Task<(IAsyncDisposable Owner, IGrainStorage Storage)> Open()
    {
        var store = await PostgresTestStore.OpenAsync();
        var silo = await AdoNetSilo.StartAsync(options =>
        {
            store.Former(options);
            options.DeleteStateOnClear = delete;
        });
        return (new Owners(silo, store), silo.Storage);
    }

    /// <summary>Several to dispose of, in this order.</summary>
    private sealed class Owners(params IAsyncDisposable[] all) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var one in all)
            {
                await one.DisposeAsync();
            }
        }
    }
}

public sealed class DeletingProviderStateTests() : ProviderStateTests(delete: true);

public sealed class KeepingProviderStateTests() : ProviderStateTests(delete: false);

public sealed class SqliteGrainStateTests : GrainStateTests
{
    private static readonly GrainId Demo = GrainId.Create("customer", "customer:demo");

    [Fact]
    public async Task It_waits_for_the_writers_turn_and_not_for_a_lock()
    {
        await using var store = new SqliteTestStore();
        var storage = store.States();
        using var go = new ManualResetEventSlim();
        var flush = store.Writer.WriteAsync(_ => go.Wait(TimeSpan.FromSeconds(30)), CancellationToken.None);
        var write = storage.WriteStateAsync("settings", Demo, new GrainState<Settings>(new Settings("one")));

        // What is stored can be read meanwhile.
        await storage.ReadStateAsync("settings", Demo, new GrainState<Settings>());
        Assert.False(write.IsCompleted);
        go.Set();
        Assert.True(await flush);
        await write;
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_said_to_be_unavailable_and_the_state_can_be_written_later()
    {
        await using var store = new SqliteTestStore();
        var storage = store.States();
        var state = new GrainState<Settings>(new Settings("one"));
        using (var other = SqliteConnections.Open(store.File))
        {
            using var held = other.BeginTransaction(deferred: false);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => storage.WriteStateAsync("settings", Demo, state));
        }

        Assert.Null(state.ETag);
        await storage.WriteStateAsync("settings", Demo, state);
        Assert.Equal("1", state.ETag);
    }

    private protected override Task<(IAsyncDisposable Owner, IGrainStorage Storage)> Open()
    {
        var store = new SqliteTestStore();
        return Task.FromResult<(IAsyncDisposable, IGrainStorage)>((store, store.States()));
    }
}
