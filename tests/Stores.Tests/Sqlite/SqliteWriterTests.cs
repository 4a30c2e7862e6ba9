using Microsoft.Data.Sqlite;
using Rollcall.Journal;

namespace Rollcall.Sqlite;

public sealed class SqliteWriterTests
{
    [Fact]
    public async Task Every_commit_is_on_the_disk_and_readers_pass_it()
    {
        await using var store = new SqliteTestStore();
        Assert.Equal<long[]>([2L], await store.Ask<long>("PRAGMA synchronous"));
        Assert.Equal<string[]>(["wal"], await store.Ask<string>("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task The_connection_after_a_lost_one_is_just_as_careful()
    {
        await using var store = new SqliteTestStore();
        await Assert.ThrowsAsync<SqliteException>(() => store.Ask<long>("SELECT no_such_column FROM devices"));
        Assert.Equal<long[]>([2L], await store.Ask<long>("PRAGMA synchronous"));
        Assert.Equal<string[]>(["wal"], await store.Ask<string>("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task A_file_locked_by_somebody_else_is_surely_not_written()
    {
        await using var store = new SqliteTestStore();
        var row = await store.Create("lamp");
        using (var other = SqliteConnections.Open(store.File))
        {
            using var held = other.BeginTransaction(deferred: false);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Write(TestStore.Flipped(row)));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Devices.ProbeAsync(CancellationToken.None));
        }

        await store.Devices.ProbeAsync(CancellationToken.None);
        Assert.Equal<bool[]>([true], await store.Write(TestStore.Flipped(row)));
    }

    [Fact]
    public async Task A_read_sees_one_snapshot_whatever_is_written_meanwhile()
    {
        await using var store = new SqliteTestStore();
        var row = await store.Create("lamp");
        var (before, after) = await store.Readers.ReadAsync(
            statements =>
            {
                var first = Status(statements);
                store.Write(TestStore.Flipped(row)).GetAwaiter().GetResult();
                return (first, Status(statements));
            },
            CancellationToken.None);
        Assert.Equal(("offline", "offline"), (before, after));
        Assert.True((await store.Row("lamp"))!.Presence.Online);

        static string Status(SqliteStatements statements)
        {
            using var reader = statements.Query("SELECT status FROM devices");
            Assert.True(reader.Read());
            return reader.GetString(0);
        }
    }
}
