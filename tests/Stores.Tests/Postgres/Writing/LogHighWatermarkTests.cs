using Npgsql;
using Rollcall.Journal;

namespace Rollcall.Postgres.Writing;

public sealed class LogHighWatermarkTests
{
    [Fact]
    public async Task A_reader_of_the_fleet_misses_nobody_whose_number_is_lower_and_whose_commit_is_later()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var (lamp, door) = (await store.Create("lamp"), await store.Create("door"));
        await using var slow = await Open.BeginAsync(store, TestStore.Flipped(lamp));
        await using var fast = await Open.BeginAsync(store, TestStore.Flipped(door));

        await fast.CommitAsync();
        var before = await store.Fleet();
        Assert.Empty(before.Events);
        Assert.Single((await store.Events("door")).Events);

        await slow.CommitAsync();
        Assert.Equal(["lamp", "door"], (await store.Fleet(before.Position)).Events.Select(one => one.DeviceId));
    }

    [Fact]
    public async Task What_was_stored_before_an_open_transaction_began_can_be_read_meanwhile()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        var (lamp, door) = (await store.Create("lamp"), await store.Create("door"));
        lamp = await store.Flip(lamp);
        await using var slow = await Open.BeginAsync(store, TestStore.Flipped(door));
        Assert.Equal(["lamp"], (await store.Fleet()).Events.Select(one => one.DeviceId));

        await store.Flip(lamp);
        Assert.Single((await store.Fleet()).Events);
        await slow.DisposeAsync();
        Assert.Equal([1L, 2L], (await store.Fleet()).Events.Select(one => one.Transition.Seq));
    }

    [Fact(Timeout = 120_000)]
    public async Task Readers_and_writers_at_once_never_part_ways()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        await using var other = PostgresTestStore.Of(store.ConnectionString);
        var done = Task.WhenAll(FlipMany(store, "lamp"), FlipMany(other, "door"));
        var (seen, position) = (new List<(string, long)>(), 0L);
        while (!done.IsCompleted || seen.Count < 200)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var page = await store.Fleet(position, limit: 7);
            position = page.Position;
            seen.AddRange(page.Events.Select(one => (one.DeviceId, one.Transition.Seq)));
        }

        await done;
        foreach (var id in new[] { "lamp", "door" })
        {
            Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), seen.Where(one => one.Item1 == id).Select(one => one.Item2));
        }

        static async Task FlipMany(TestStore store, string id)
        {
            var row = await store.Create(id);
            for (var i = 0; i < 100; i++)
            {
                row = await store.Flip(row, i);
            }
        }
    }

    /// <summary>A flush of another silo that has not committed yet.</summary>
    private sealed class Open(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<Open> BeginAsync(PostgresTestStore store, Change record)
        {
            var connection = await store.Connect();
            var transaction = await connection.BeginTransactionAsync();
            var flush = new Flush([record], TestStore.Noon, slot: (short)(connection.ProcessID % 1_000 + 100));
            await using var batch = flush.Into(new NpgsqlBatch(connection, transaction));
            Assert.True((await flush.ExecuteAsync(batch))[0]);
            return new Open(connection, transaction);
        }

        public Task CommitAsync() => transaction.CommitAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
