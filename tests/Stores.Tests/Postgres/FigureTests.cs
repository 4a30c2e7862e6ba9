using System.Diagnostics;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Sqlite;

namespace Rollcall.Postgres;

/// <summary>Figures, for a run by hand: <c>dotnet run -c Release --project tests/Stores.Tests -- -explicit only -showliveoutput</c>.</summary>
public sealed class FigureTests(ITestOutputHelper output)
{
    private const int Devices = 50_000;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    [Fact(Explicit = true)]
    public async Task Rows_a_second_by_rows_a_flush()
    {
        await using (var postgres = await PostgresTestStore.OpenAsync())
        {
            await Measure("PostgreSQL", postgres);
        }

        await using var sqlite = new SqliteTestStore();
        await Measure("SQLite", sqlite);
    }

    [Fact(Explicit = true)]
    public async Task Rows_a_second_of_two_processes_whose_devices_change_their_status()
    {
        await using var store = await PostgresTestStore.OpenAsync();
        await using var other = PostgresTestStore.Of(store.ConnectionString);
        var (some, more) = (await Fill(store, "a-"), await Fill(store, "b-"));
        await Flushes(store, some, 1_000, TestStore.Flipped, Time / 4);
        var one = await Flushes(store, some, 1_000, TestStore.Flipped, Time);
        var two = await Task.WhenAll(Flushes(store, some, 1_000, TestStore.Flipped, Time), Flushes(other, more, 1_000, TestStore.Flipped, Time));
        output.WriteLine($"Transitions, 1,000 a flush: {one:N0} rows/s by one process, {two.Sum():N0} by two.");
    }

    [Fact(Explicit = true)]
    public async Task Counting_300_000_devices()
    {
        await using var fleet = new PlanTests.Fleet();
        var store = await fleet.Store();
        foreach (var sql in new[]
        {
            "SELECT count(*) FROM devices WHERE customer_id >= 'customer-' AND status = 'online'",
            "SELECT sum(devices_online)::bigint FROM customer_counts WHERE customer_id = 'customer-1'",
        })
        {
            await store.Ask<long?>(sql);
            var watch = Stopwatch.StartNew();
            await store.Ask<long?>(sql);
            output.WriteLine($"{watch.Elapsed.TotalMilliseconds:0.0} ms: {sql}");
        }
    }

    private static JournalRecord Beat(DeviceRow row, int second) => new(
        row, row.Next(row.Presence with { LastSeen = TestStore.Noon.AddSeconds(second), Metrics = """{"cpu":12.5,"memory":40.5,"uptime":3600}""" }), null);

    private async Task Measure(string name, TestStore store)
    {
        var rows = await Fill(store, "lamp-");
        await Flushes(store, rows, 1_000, Beat, Time / 4);
        foreach (var size in new[] { 1, 100, 1_000, 2_000 })
        {
            output.WriteLine($"{name}, beats, {size} a flush: {await Flushes(store, rows, size, Beat, Time):N0} rows/s");
        }

        output.WriteLine($"{name}, transitions, 1000 a flush: {await Flushes(store, rows, 1_000, TestStore.Flipped, Time):N0} rows/s");
    }

    private static async Task<DeviceRow[]> Fill(TestStore store, string prefix)
    {
        DeviceRow[] rows = [.. Enumerable.Range(0, Devices).Select(i => TestStore.New($"{prefix}{i:00000}", name: "Lamp"))];
        foreach (var some in rows.Chunk(5_000))
        {
            await store.Roster.CreateAsync(some, CancellationToken.None);
        }

        Random.Shared.Shuffle(rows);
        return rows;
    }

    private static async Task<double> Flushes(TestStore store, DeviceRow[] rows, int size, Func<DeviceRow, int, JournalRecord> next, TimeSpan time)
    {
        var (at, written, watch) = (0, 0L, Stopwatch.StartNew());
        while (watch.Elapsed < time)
        {
            at = at + size > rows.Length ? 0 : at;
            var (from, second) = (at, (int)(written / size));
            JournalRecord[] records = [.. Enumerable.Range(from, size).Select(i => next(rows[i], second))];
            Assert.All(await store.Write(records), Assert.True);
            for (var i = 0; i < size; i++)
            {
                rows[from + i] = records[i].Next!;
            }

            (at, written) = (at + size, written + size);
        }

        return written / watch.Elapsed.TotalSeconds;
    }
}
