using System.CommandLine;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Orleans;
using Orleans.Runtime;
using Rollcall.Administration;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Migrations;
using Rollcall.Sqlite;

namespace Rollcall.Postgres;

/// <summary><c>copy</c>: from a SQLite database to an empty PostgreSQL one.</summary>
public sealed class CopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Every_row_of_every_table_arrives()
    {
        await FillAsync();
        var target = await SharedPostgres.NewDatabaseAsync(empty: true);
        Assert.Equal(0, Run(target));
        await using var there = PostgresTestStore.Of(target);
        await using var here = new SqliteTestStore(_folder);

        var shared = (await here.Tables()).Intersect(await there.Tables()).Except(["OrleansQuery", "VersionInfo"]).ToArray();
        Assert.Contains("presence_events", shared);
        foreach (var table in shared)
        {
            Assert.Equal((table, await here.Count(table)), (table, await there.Count(table)));
        }

        foreach (var id in new[] { "lamp", "door", "other" })
        {
            Assert.Equal(Plain(await here.Row(id)), Plain(await there.Row(id)));
        }

        var (mine, theirs) = (await here.List(), await there.List());
        Assert.Equal(mine.Ids, theirs.Ids);
        Assert.Equal(mine.Counts, theirs.Counts);
        Assert.Equal((await here.Events("lamp")).Events, (await there.Events("lamp")).Events);
        Assert.Equal((await here.Fleet()).Events, (await there.Fleet()).Events);
    }

    [Fact]
    public async Task States_of_grains_arrive_as_they_are()
    {
        await FillAsync();
        var target = await SharedPostgres.NewDatabaseAsync(empty: true);
        Assert.Equal(0, Run(target));
        await using var there = PostgresTestStore.Of(target);
        var state = new GrainState<CustomerState>();
        await there.States().ReadStateAsync("customer", Customer, state);
        Assert.Equal("key of acme", Assert.Single(state.State!.Keys).Id);
    }

    [Fact]
    public async Task Numbers_of_events_go_on_where_they_were()
    {
        var lamp = await FillAsync();
        var target = await SharedPostgres.NewDatabaseAsync(empty: true);
        Assert.Equal(0, Run(target));
        await using var there = PostgresTestStore.Of(target);
        var last = (await there.Ask<long>("SELECT max(id) FROM presence_events"))[0];
        await there.Flip((await there.Row("lamp"))!, 9);
        Assert.Equal([last + 1], await there.Ask<long>("SELECT max(id) FROM presence_events"));
        Assert.Equal(lamp.Presence.Seq + 1, (await there.Row("lamp"))!.Presence.Seq);
    }

    [Fact]
    public async Task A_target_that_is_not_empty_is_refused_and_stays_as_it_is()
    {
        await FillAsync();
        await using var there = await PostgresTestStore.OpenAsync();
        await there.Create("somebody");
        var refused = Assert.Throws<SettingException>(() => Run(there.ConnectionString));
        Assert.Matches("^--to names a database that is not empty: .+ has rows", refused.Message);
        Assert.Equal(["somebody"], await there.Ask<string>("SELECT device_id FROM devices"));
    }

    [Fact]
    public async Task A_second_copy_is_refused()
    {
        await FillAsync();
        var target = await SharedPostgres.NewDatabaseAsync(empty: true);
        Assert.Equal(0, Run(target));
        Assert.Throws<SettingException>(() => Run(target));
    }

    [Fact]
    public async Task A_copy_that_is_broken_off_leaves_nothing_and_is_repeated()
    {
        await FillAsync();
        await using var there = await PostgresTestStore.OpenAsync();
        await SharedPostgres.SayAsync(there.ConnectionString, """
            CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
            CREATE TRIGGER rest BEFORE INSERT ON presence_events FOR EACH ROW EXECUTE FUNCTION rest();
            """);
        var copying = Task.Run(() => Run(there.ConnectionString), TestContext.Current.CancellationToken);
        await Eventually.GetAsync(
            () => there.Ask<bool>(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"),
            ended => ended.Length > 0);
        var failed = await Assert.ThrowsAsync<SettingException>(() => copying);
        Assert.Contains("nothing is stored there", failed.Message, StringComparison.Ordinal);
        Assert.Equal(0, await there.Count("devices"));
        Assert.Equal(0, await there.Count("customers"));

        await SharedPostgres.SayAsync(there.ConnectionString, "DROP TRIGGER rest ON presence_events");
        Assert.Equal(0, Run(there.ConnectionString));
        Assert.Equal(3, await there.Count("devices"));
    }

    [Fact]
    public async Task While_the_gateway_runs_nothing_is_copied()
    {
        await FillAsync();
        using var running = DataDirectory.Open(_folder.Path);
        var target = await SharedPostgres.NewDatabaseAsync(empty: true);
        Assert.Matches("^DATA_DIR names .+ another Rollcall process", Assert.Throws<SettingException>(() => Run(target)).Message);
    }

    [Fact]
    public void Without_a_database_nothing_is_made()
    {
        var refused = Assert.Throws<SettingException>(() => Run("postgres://u:p@localhost:1/x"));
        Assert.Matches("^DATA_DIR has no database: ", refused.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_target_that_cannot_be_reached_is_said_without_its_password()
    {
        await FillAsync();
        var refused = Assert.Throws<SettingException>(() => Run("postgres://u:hidden@localhost:1/x"));
        Assert.Matches("^--to names a database that cannot be opened: ", refused.Message);
        Assert.DoesNotContain("hidden", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    /// <summary>PostgreSQL writes JSON with blanks.</summary>
    private static DeviceRow Plain(DeviceRow? row) => row! with
    {
        Presence = row.Presence with { Metrics = row.Presence.Metrics?.Replace(" ", "", StringComparison.Ordinal) },
    };

    private static GrainId Customer { get; } = GrainId.Create("customer", "customer:acme");

    /// <summary>Two customers; a device that has flipped and reported, one in maintenance with a secret, one of the other customer.</summary>
    private async Task<DeviceRow> FillAsync()
    {
        using (var migrator = Migrator.ForSqlite(_folder.Database))
        {
            migrator.Up();
        }

        await using var store = new SqliteTestStore(_folder);
        var lamp = await store.Flip(await store.Flip(await store.Flip(await store.Create("lamp", name: "Lampe Ω 'x'"), 1), 2), 3);
        var reported = lamp.Next(presence: lamp.Presence with { Metrics = """{"cpu":12.5}""", Health = DeviceHealth.Degraded });
        Assert.Equal<bool[]>([true], await store.Write(new Journal.Change(lamp, reported, [])));
        var door = TestStore.New("door");
        Assert.Equal<bool[]>([true], await store.Make(
            [door with { Profile = door.Profile with { Mode = DeviceMode.Maintenance, Location = "cellar", Credential = "of the door" } }]));
        await store.Flip(await store.Create("other", "zoo"), 4);
        await store.States().WriteStateAsync("customer", Customer, new GrainState<CustomerState>
        {
            State = new CustomerState { Keys = [new KeyEntry { Id = "key of acme", Grain = "g" }] },
        });
        return reported;
    }

    private int Run(string target)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("DATA_DIR", _folder.Path)]).Build();
        var root = new RootCommand();
        Verbs.AddTo(root, configuration);
        return root.Parse(["copy", "--to", target]).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
