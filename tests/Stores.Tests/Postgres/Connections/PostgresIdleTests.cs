using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Postgres.Reading;
using Rollcall.Support.Proxies;

namespace Rollcall.Postgres.Connections;

/// <summary>A connection that somebody between or the server ends while nothing is asked of it: nobody notices.</summary>
public sealed class PostgresIdleTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    public enum End
    {
        ByServer,
        ByProxy,
    }

    [Theory]
    [InlineData(End.ByServer)]
    [InlineData(End.ByProxy)]
    public async Task What_was_ended_in_a_silence_is_replaced_before_anything_is_sent(End end)
    {
        await using var test = await Behind.OpenAsync();
        var row = await test.Store.Flip(await test.Store.Create("lamp"));
        await test.EndAsync(end);
        test.Clock.Advance(Silence);

        Assert.Equal<bool[]>([true], await test.Store.Write(TestStore.Flipped(row)));
        Assert.NotNull(await test.Store.Create("door"));
        Assert.Equal(2, (await test.Store.List()).Counts.Total);
        await using var connection = await test.Store.Database.Reminders.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM reminders";
        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_ended_itself_before_the_write_came_has_not_begun_it_and_another_writes(bool changes)
    {
        await using var test = await Behind.OpenAsync(straight: true);
        var row = await test.Store.Flip(await test.Store.Create("lamp"));
        await test.EndAsync(End.ByServer);

        // The clock stands: nobody asks whether the connections live.
        var record = changes ? TestStore.Flipped(row) : Beat(row);
        Assert.Equal<bool[]>([true], await test.Store.Write(record));
        Assert.Equal(record.Next, await test.Store.Row("lamp"));
        await test.EndAsync(End.ByServer);
        Assert.NotNull(await test.Store.Create("door"));
        Assert.Equal(2, (await test.Store.List()).Counts.Total);
    }

    [Fact]
    public async Task A_session_that_is_ended_before_its_first_answer_has_committed_nothing_and_another_writes()
    {
        await using var test = await Behind.OpenAsync();
        var row = await test.Store.Flip(await test.Store.Create("lamp"));
        await using var other = await test.Store.Connect();
        Task<bool[]> flush;
        await using (var held = await other.BeginTransactionAsync())
        {
            await other.AllAsync("SELECT 1 FROM devices FOR UPDATE", _ => 0, [], CancellationToken.None);
            flush = test.Store.Write(Beat(row));
            await test.Store.SomebodyWaits();
            await test.Store.Ask<bool>(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
        }

        Assert.Equal<bool[]>([true], await flush);
        Assert.Equal(row.Revision + 1, (await test.Store.Row("lamp"))!.Revision);
    }

    [Fact]
    public async Task A_write_whose_answer_was_cut_off_is_unknown_until_it_is_read_and_was_written_once()
    {
        await using var test = await Behind.OpenAsync();
        var row = await test.Store.Create("lamp");
        var record = TestStore.Flipped(row);
        test.Cutter.CutAnswerTo("UPDATE devices");
        var unknown = await Assert.ThrowsAnyAsync<NpgsqlException>(() => test.Store.Write(record));
        Assert.Null(unknown.SqlState);
        Assert.Equal(1, test.Cutter.Cuts);

        await test.Store.Devices.ProbeAsync(CancellationToken.None);
        Assert.Equal(record.Next, await test.Store.Row("lamp"));
        Assert.Equal([1L], (await test.Store.Events("lamp")).Events.Select(change => change.Seq));
    }

    [Fact]
    public async Task A_creation_whose_answer_was_cut_off_finds_its_own_and_is_counted_once()
    {
        await using var test = await Behind.OpenAsync();
        var row = TestStore.New("lamp");
        test.Cutter.CutAnswerTo("INSERT INTO devices");
        await Assert.ThrowsAnyAsync<Exception>(() => test.Store.Make([row]));
        Assert.Equal(1, test.Cutter.Cuts);
        await test.Store.Devices.ProbeAsync(CancellationToken.None);
        Assert.Equal<bool[]>([true], await test.Store.Make([row]));
        Assert.Equal(row, await test.Store.Row("lamp"));
        Assert.Equal(1, (await test.Store.List()).Counts.Total);
    }

    [Fact]
    public async Task A_read_whose_answer_was_cut_off_is_read_again()
    {
        await using var test = await Behind.OpenAsync();
        var row = await test.Store.Create("lamp");
        test.Cutter.CutAnswerTo("FROM devices WHERE device_id = ANY");
        Assert.Equal(row, await test.Store.Row("lamp"));
        Assert.Equal(1, test.Cutter.Cuts);
    }

    [Fact]
    public async Task While_nobody_writes_the_writers_connection_is_kept_alive()
    {
        await using var test = await Behind.OpenAsync();
        var writer = await test.Store.Writer.WriteAsync(connection => Backend.OfAsync(connection, CancellationToken.None), CancellationToken.None);
        for (var second = 0; second < 5; second++)
        {
            test.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await Eventually.GetAsync(
            () => test.Store.Ask<string>("SELECT query FROM pg_stat_activity WHERE pid = $1", writer.ProcessId), asked => asked is ["SELECT 1"]);
    }

    [Fact]
    public async Task Sessions_are_set_when_they_are_opened_and_stay_so_when_they_come_back_to_the_pool()
    {
        var database = await SharedPostgres.NewDatabaseAsync();
        await SharedPostgres.SayAsync(
            database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET idle_session_timeout = '10min'");
        await using var store = PostgresTestStore.Of(database);
        for (var time = 0; time < 3; time++)
        {
            Assert.Equal([Session.Ours], await store.Ask<string>(Session.Asked));
            Assert.Equal([Session.Ours], await store.Writer.WriteAsync(
                connection => connection.AllAsync(Session.Asked, row => row.GetString(0), [], CancellationToken.None), CancellationToken.None));
            await using var reminders = await store.Database.Reminders.OpenConnectionAsync();
            Assert.Equal([Session.Ours], await ((NpgsqlConnection)reminders)
                .AllAsync(Session.Asked, row => row.GetString(0), [], CancellationToken.None));
        }
    }

    private static Change Beat(DeviceRow row) => new(row, row.Next(row.Presence with { LastSeen = TestStore.Noon.AddHours(1) }), []);

    /// <summary>A store behind a proxy that cuts, with a clock of its own.</summary>
    private sealed class Behind(PostgresTestStore store, Cutter cutter, FakeTimeProvider clock, string database) : IAsyncDisposable
    {
        public PostgresTestStore Store => store;

        public Cutter Cutter => cutter;

        public FakeTimeProvider Clock => clock;

        public static async Task<Behind> OpenAsync(bool straight = false)
        {
            var database = await SharedPostgres.NewDatabaseAsync();
            var cutter = new Cutter(new NpgsqlConnectionStringBuilder(database).Port);
            var clock = new FakeTimeProvider();
            var behind = new NpgsqlConnectionStringBuilder(database) { Port = cutter.Port }.ConnectionString;
            return new Behind(PostgresTestStore.Of(straight ? database : behind, clock), cutter, clock, database);
        }

        /// <summary>Ends every connection of the store, which has nothing to do.</summary>
        public async Task EndAsync(End how)
        {
            const string Others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
            await using var beside = new NpgsqlConnection(database + ";Pooling=false");
            await beside.OpenAsync();
            if (how == End.ByServer)
            {
                await beside.AllAsync($"SELECT pg_terminate_backend(pid) {Others}", row => row.GetBoolean(0), [], CancellationToken.None);
            }
            else
            {
                cutter.CutAll();
            }

            await Eventually.GetAsync(
                () => beside.AllAsync($"SELECT pid {Others}", row => row.GetInt32(0), [], CancellationToken.None), left => left.Count == 0);
        }

        public async ValueTask DisposeAsync()
        {
            await store.DisposeAsync();
            cutter.Dispose();
        }
    }
}

/// <summary>What a session of ours is set to.</summary>
internal static class Session
{
    public const string Asked = """
        SELECT concat_ws(' ', current_setting('synchronous_commit'), current_setting('default_transaction_isolation'),
            current_setting('lock_timeout'),
            current_setting('idle_in_transaction_session_timeout'), current_setting('idle_session_timeout'))
        """;

    public const string Ours = "on read committed 1500ms 30s 0";
}
