using System.Collections.Immutable;
using Npgsql;
using Orleans.Runtime;
using Orleans.Storage;
using Rollcall.Facts;
using Rollcall.Journal;
using Rollcall.Postgres;
using Rollcall.Postgres.Writing;
using Rollcall.Schema;
using Rollcall.Sqlite;

namespace Rollcall.GrainStates;

/// <summary>A grain's write and what happened by it are both stored, or neither is. The tables of facts are the test's own.</summary>
public abstract class FactTests
{
    private protected const string Name = "rule";
    private protected static readonly GrainId Demo = GrainId.Create("rule", "rule:demo");

    private protected static readonly FactTable[] Tables =
    [
        FactTable.Of<Noted>(
            "notes", Column<Noted>.Text("what", fact => fact.What), Column<Noted>.Number("many", fact => fact.Many),
            Column<Noted>.Flag("good", fact => fact.Good), Column<Noted>.Time("at", fact => fact.At)),
        FactTable.Of<Tallied>("tallies", Column<Tallied>.Number("amount", fact => fact.Amount)),
    ];

    private protected abstract Task<TestStore> Empty();

    [Fact]
    public async Task A_write_and_its_facts_are_there_together()
    {
        await using var store = await Open();
        var storage = store.States(Tables);
        var state = State("first", Note("made"), new Tallied("acme", 7), Note("checked"));
        await storage.WriteStateAsync(Name, Demo, state);
        Assert.Equal((2L, 1L, "first"), (await Notes(store), await store.Count("tallies"), await Text(storage)));
        Assert.Equal(1, await store.Count("tallies", "customer_id = 'acme' AND amount = 7"));
        Assert.Equal(1, await store.Count("notes", "what = 'made' AND many = 1 AND good AND customer_id = 'acme'"));

        state.State = new Rule("second") { Facts = [Note("changed")] };
        await storage.WriteStateAsync(Name, Demo, state);
        Assert.Equal((3L, "second"), (await Notes(store), await Text(storage)));

        state.State = state.State with { Facts = [Note("removed")] };
        await storage.ClearStateAsync(Name, Demo, state);
        Assert.Equal((4L, 0L), (await Notes(store), await store.Count("grain_state")));
    }

    /// <summary>A note is unique: the second of its kind is refused by the database, after the state was written.</summary>
    [Fact]
    public async Task A_fact_that_cannot_be_stored_leaves_the_state_as_it_was()
    {
        await using var store = await Open();
        var storage = store.States(Tables);
        await Refused(() => storage.WriteStateAsync(Name, Demo, State("first", Note("twice"), Note("twice"))));
        Assert.Equal((0L, 0L), (await Notes(store), await store.Count("grain_state")));

        var state = State("first", Note("made"));
        await storage.WriteStateAsync(Name, Demo, state);
        state.State = new Rule("second") { Facts = [new Tallied("acme", 1), Note("new"), Note("made")] };
        await Refused(() => storage.WriteStateAsync(Name, Demo, state));
        await Refused(() => storage.ClearStateAsync(Name, Demo, state));
        Assert.Equal((1L, 0L, "first"), (await Notes(store), await store.Count("tallies"), await Text(storage)));

        // Its version is the one that is stored: it can be written without them.
        state.State = new Rule("third");
        await storage.WriteStateAsync(Name, Demo, state);
        Assert.Equal("third", await Text(storage));

        static Task Refused(Func<Task> write) => Assert.ThrowsAsync<StoreRefusedException>(write);
    }

    [Fact]
    public async Task A_write_that_comes_too_late_leaves_no_fact()
    {
        await using var store = await Open();
        var storage = store.States(Tables);
        var (first, second) = (State("first", Note("first")), State("second", Note("second")));
        await storage.WriteStateAsync(Name, Demo, first);
        await Late(() => storage.WriteStateAsync(Name, Demo, second));

        await storage.ReadStateAsync(Name, Demo, second);
        first.State = new Rule("newer");
        await storage.WriteStateAsync(Name, Demo, first);
        second.State = new Rule("second") { Facts = [Note("second")] };
        await Late(() => storage.WriteStateAsync(Name, Demo, second));
        await Late(() => storage.ClearStateAsync(Name, Demo, second));
        Assert.Equal((1L, "newer"), (await Notes(store), await Text(storage)));

        static Task Late(Func<Task> write) => Assert.ThrowsAsync<InconsistentStateException>(write);
    }

    [Fact]
    public async Task A_fact_that_has_no_table_is_refused_and_nothing_is_written()
    {
        await using var store = await Open();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => store.States(Tables[0]).WriteStateAsync(Name, Demo, State("first", Note("made"), new Tallied("acme", 1))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.States().WriteStateAsync(Name, Demo, State("first", Note("made"))));
        Assert.Equal((0L, 0L), (await Notes(store), await store.Count("grain_state")));
    }

    /// <summary>What grains do: facts are of one write, and no part of the state.</summary>
    [Fact]
    public async Task Facts_are_stored_once_and_are_not_read_back()
    {
        await using var store = await Open();
        var storage = store.States(Tables);
        var kept = new Kept(storage);
        await kept.Write(new Rule("first") { Facts = [Note("made")] }, () => Assert.Fail("It was written."));
        Assert.Empty(kept.State.Facts);
        await kept.Write(kept.State with { Text = "second" }, () => Assert.Fail("It was written."));
        Assert.Equal((1L, "second"), (await Notes(store), await Text(storage)));

        var without = GrainId.Create("rule", "rule:without");
        await storage.WriteStateAsync(Name, without, new GrainState<Rule>(new Rule("second")));
        Assert.Equal(1, await store.Count("(SELECT DISTINCT payload FROM grain_state) payloads"));

        var left = false;
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => kept.Write(kept.State with { Facts = [Note("made")] }, () => left = true));
        Assert.True(left);
        Assert.Equal((1L, "second"), (await Notes(store), await Text(storage)));
    }

    private protected static Noted Note(string what) => new("acme", what, 1, Good: true, TestStore.Noon);

    private protected static GrainState<Rule> State(string text, params ImmutableArray<Fact> facts) => new(new Rule(text) { Facts = facts });

    private protected async Task<TestStore> Open()
    {
        var store = await Empty();
        await store.Say(
            "CREATE TABLE notes (customer_id text NOT NULL, what text NOT NULL UNIQUE, many bigint, good boolean NOT NULL, at timestamptz NOT NULL)");
        await store.Say("CREATE TABLE tallies (customer_id text NOT NULL, amount bigint NOT NULL)");
        return store;
    }

    private static Task<long> Notes(TestStore store) => store.Count("notes");

    private static async Task<string?> Text(IGrainStorage storage)
    {
        var state = new GrainState<Rule>();
        await storage.ReadStateAsync(Name, Demo, state);
        Assert.Empty(state.State!.Facts);
        return state.State.Text;
    }

    public sealed record Rule(string? Text) : StateWithFacts
    {
        public Rule()
            : this((string?)null)
        {
        }
    }

    internal sealed record Noted(string CustomerId, string What, long Many, bool Good, DateTimeOffset At) : Fact(CustomerId);

    internal sealed record Tallied(string CustomerId, long Amount) : Fact(CustomerId);

    /// <summary>A grain's state, as Orleans gives it.</summary>
    private sealed class Kept(IGrainStorage storage) : IPersistentState<Rule>
    {
        private readonly GrainState<Rule> _state = new(new Rule());

        public Rule State
        {
            get => _state.State!;
            set => _state.State = value;
        }

        public string? Etag => _state.ETag;

        public bool RecordExists => _state.RecordExists;

        public Task ReadStateAsync() => storage.ReadStateAsync(Name, Demo, _state);

        public Task WriteStateAsync() => storage.WriteStateAsync(Name, Demo, _state);

        public Task ClearStateAsync() => storage.ClearStateAsync(Name, Demo, _state);
    }
}

public sealed class PostgresFactTests : FactTests
{
    /// <summary>Facts will be read in the order of their numbers, which are given before the commit (decision 10).</summary>
    [Fact]
    public async Task A_reader_of_the_log_waits_for_facts_that_are_on_the_way()
    {
        await using var store = (PostgresTestStore)await Open();
        var lamp = await store.Create("lamp");
        await using var connection = await store.Connect();
        await using var transaction = await connection.BeginTransactionAsync();
        var change = new StateChange(new StateKey(Name, Demo), null, [1], [Note("made")]);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            Assert.True(await new StateStatement(change, new FactTables(Tables).ByTable(change.Facts)).ExecuteAsync(batch, CancellationToken.None));
        }

        await store.Flip(lamp);
        Assert.Empty((await store.Fleet()).Events);
        await transaction.CommitAsync();
        Assert.Single((await store.Fleet()).Events);
    }

    private protected override async Task<TestStore> Empty() => await PostgresTestStore.OpenAsync();
}

public sealed class SqliteFactTests : FactTests
{
    private protected override Task<TestStore> Empty() => Task.FromResult<TestStore>(new SqliteTestStore());
}
