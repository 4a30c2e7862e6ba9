using Npgsql;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Postgres.Reading;

namespace Rollcall.Postgres.Writing;

/// <summary>What the journal is told when something goes wrong: each word must be true.</summary>
public sealed class PostgresOutcomeTests
{
    [Theory]
    [InlineData('\0')]
    [InlineData(0xD800)]
    public async Task Text_that_the_database_does_not_take_is_the_contents_fault_and_spoils_nobody_elses_record(int character)
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var (lamp, door) = (await store.Create("lamp"), await store.Create("door"));
        var poison = new Change(door, door.Next(profile: door.Profile with { Name = "a" + (char)character }), []);
        await Assert.ThrowsAsync<StoreRefusedException>(() => store.Write(TestStore.Flipped(lamp), poison));
        Assert.Equal<bool[]>([true], await store.Write(TestStore.Flipped(lamp)));
        Assert.Equal(door, await store.Row("door"));
    }

    [Fact]
    public async Task Metrics_with_an_escaped_zero_are_refused()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var lamp = await store.Create("lamp");
        await Assert.ThrowsAsync<StoreRefusedException>(
            () => store.Write(new Change(lamp, lamp.Next(lamp.Presence with { Metrics = "{\"\\u0000\":1}" }), [])));
    }

    [Theory]
    [InlineData("ALTER DATABASE {0} SET default_transaction_read_only = on")]
    [InlineData("ALTER TABLE presence_events RENAME TO elsewhere")]
    public async Task An_error_of_the_server_is_surely_not_written(string misfortune)
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var lamp = await store.Create("lamp");
        await SharedPostgres.SayAsync(store.ConnectionString,
            string.Format(null, misfortune, new NpgsqlConnectionStringBuilder(store.ConnectionString).Database));

        // A session that is open already goes by what was so when it began.
        await using var another = PostgresTestStore.Of(store.ConnectionString);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => another.Write(TestStore.Flipped(lamp)));
        Assert.Equal(lamp, await store.Row("lamp"));
    }

    [Fact]
    public async Task A_row_that_somebody_holds_is_surely_not_written_and_the_next_try_is()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var lamp = await store.Create("lamp");
        await using (var other = await store.Connect())
        {
            await using var held = await other.BeginTransactionAsync();
            await other.AllAsync("SELECT 1 FROM devices FOR UPDATE", _ => 0, [], CancellationToken.None);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Write(TestStore.Flipped(lamp)));
        }

        await store.Devices.ProbeAsync(CancellationToken.None);
        Assert.Equal<bool[]>([true], await store.Write(TestStore.Flipped(lamp)));
    }

    [Fact]
    public async Task Two_that_lock_each_other_out_are_both_stored()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var (a, b) = (await store.Create("a"), await store.Create("b"));
        await using var other = await store.Connect();
        await using var crossing = await other.BeginTransactionAsync();
        await Update("b");
        var flush = store.Write(TestStore.Flipped(a), TestStore.Flipped(b));
        await store.SomebodyWaits();

        // The server ends one of the two: the flush, which then comes again, or this one, which then lets it through.
        var crossed = await Record.ExceptionAsync(() => Update("a"));
        await (crossed is null ? crossing.CommitAsync() : crossing.RollbackAsync());
        Assert.Equal<bool[]>([true, true], await flush);

        Task Update(string id) => other.AllAsync("UPDATE devices SET location = 'moved' WHERE device_id = $1", _ => 0, [id], CancellationToken.None);
    }

    [Fact]
    public async Task A_session_ended_in_the_middle_leaves_it_open_and_the_next_probe_settles_it()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var lamp = await store.Create("lamp");
        await using var other = await store.Connect();
        Task<bool[]> flush;
        await using (var held = await other.BeginTransactionAsync())
        {
            await other.AllAsync("SELECT 1 FROM devices FOR UPDATE", _ => 0, [], CancellationToken.None);
            flush = store.Write(TestStore.Flipped(lamp));
            await store.SomebodyWaits();
            await store.Ask<bool>(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
            var unknown = await Assert.ThrowsAnyAsync<NpgsqlException>(() => flush);
            Assert.Equal("57P01", unknown.SqlState);
        }

        await store.Devices.ProbeAsync(CancellationToken.None);
        Assert.Equal(lamp, await store.Row("lamp"));
        Assert.Equal<bool[]>([true], await store.Write(TestStore.Flipped(lamp)));
    }

    [Fact]
    public async Task A_probe_ends_a_write_that_was_given_up_and_returns_when_it_is_gone()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var lamp = await store.Create("lamp");
        await using var other = await store.Connect();
        await using var held = await other.BeginTransactionAsync();
        await other.AllAsync("SELECT 1 FROM devices FOR UPDATE", _ => 0, [], CancellationToken.None);

        // The journal has lost patience, the write has not: it still waits for the row.
        var givenUp = store.Write(TestStore.Flipped(lamp));
        await store.SomebodyWaits();
        await store.Devices.ProbeAsync(CancellationToken.None);
        Assert.Empty(await store.Ask<int>("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"));
        await held.RollbackAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => givenUp);
        Assert.Equal(lamp, await store.Row("lamp"));
    }

    [Fact]
    public async Task A_probe_does_not_say_yes_to_a_database_that_only_reads()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        await SharedPostgres.SayAsync(
            store.ConnectionString,
            $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(store.ConnectionString).Database} SET default_transaction_read_only = on");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Devices.ProbeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Whatever_the_database_is_set_to_an_answered_commit_is_on_the_disk()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var name = new NpgsqlConnectionStringBuilder(store.ConnectionString).Database;
        await SharedPostgres.SayAsync(store.ConnectionString,
            $"ALTER DATABASE {name} SET synchronous_commit = off; ALTER DATABASE {name} SET default_transaction_isolation = serializable");
        await using var changed = PostgresTestStore.Of(store.ConnectionString);
        Assert.Equal(["on"], await changed.Ask<string>("SHOW synchronous_commit"));
        var written = await changed.Writer.WriteAsync(
            async connection => await connection.AllAsync("SELECT current_setting('synchronous_commit') || current_setting('transaction_isolation')",
                row => row.GetString(0), [], CancellationToken.None),
            CancellationToken.None);
        Assert.Equal(["onread committed"], written);
    }

    [Fact]
    public async Task A_server_that_stops_falls_silent_or_is_killed_is_noticed_in_seconds_and_welcome_back()
    {
        await using var server = await MigratedServer.StartAsync();
        await using var store = PostgresTestStore.Of(server.ConnectionString + ";Timeout=2;Command Timeout=2");
        var row = await store.Flip(await store.Create("lamp"));

        server.Pause();
        await Assert.ThrowsAnyAsync<Exception>(() => store.Write(TestStore.Flipped(row)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Row("lamp"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Devices.ProbeAsync(CancellationToken.None));
        server.Resume();
        row = await Back(store);

        // One that waits for a connection when a probe begins was given up: it does not come after it.
        await using (var late = PostgresTestStore.Of(server.ConnectionString + ";Timeout=10"))
        {
            server.Pause();
            var givenUp = late.Write(TestStore.Flipped(row));
            var probe = late.Devices.ProbeAsync(CancellationToken.None);
            server.Resume();
            await probe;
            await Assert.ThrowsAsync<StoreUnavailableException>(() => givenUp);
            Assert.Equal(row, await late.Row("lamp"));
        }

        // In order: it has told the idle sessions that they are over.
        await server.StopAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Write(TestStore.Flipped(row)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Row("lamp"));
        await server.StartAgainAsync();
        row = await Back(store);

        await server.StopAsync(kill: true);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Devices.ProbeAsync(CancellationToken.None));
        await server.StartAgainAsync();
        Assert.Equal(row, await store.Row("lamp"));
    }

    /// <summary>After a doubt: the row as it is now, and one more transition.</summary>
    private static async Task<DeviceRow> Back(TestStore store)
    {
        await store.Devices.ProbeAsync(CancellationToken.None);
        return await store.Flip((await store.Row("lamp"))!);
    }
}
