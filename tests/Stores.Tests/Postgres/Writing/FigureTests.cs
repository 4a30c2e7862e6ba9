using System.Diagnostics;
using System.Globalization;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Sqlite;

namespace Rollcall.Postgres.Writing;

/// <summary>Figures of a run by hand, with FIGURES_SECONDS of each (4 is enough); else only that they can be had.</summary>
public sealed class FigureTests(ITestOutputHelper output)
{
    private static readonly double Seconds = double.Parse(Environment.GetEnvironmentVariable("FIGURES_SECONDS") ?? "0", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(Seconds);
    private static readonly int Devices = Seconds > 0 ? 50_000 : 2_000;

    [Fact]
    public async Task Rows_a_second_by_rows_a_flush()
    {
        await using (var postgres = await PostgresTestStore.OpenAsync())
        {
            await Measure("PostgreSQL", postgres);
        }

        await using var sqlite = new SqliteTestStore();
        await Measure("SQLite", sqlite);
    }

    [Fact]
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

    private static Change Beat(DeviceRow row, int second) => new(
        row,
        row.Next(row.Presence with { LastSeen = TestStore.Noon.AddSeconds(second), Metrics = """{"cpu":12.5,"memory":40.5,"uptime":3600}""" }), []);

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
            await store.Make(some);
        }

        Random.Shared.Shuffle(rows);
        return rows;
    }

    private static async Task<double> Flushes(TestStore store, DeviceRow[] rows, int size, Func<DeviceRow, int, Change> next, TimeSpan time)
    {
        var (at, written, watch) = (0, 0L, Stopwatch.StartNew());
        do
        {
            at = at + size > rows.Length ? 0 : at;
            var (from, second) = (at, (int)(written / size));
            Change[] records = [.. Enumerable.Range(from, size).Select(i => next(rows[i], second))];
            Assert.All(await store.Write(records), Assert.True);
            for (var i = 0; i < size; i++)
            {
                rows[from + i] = records[i].Next!;
            }

            (at, written) = (at + size, written + size);
        }
        while (watch.Elapsed < time);

        return written / watch.Elapsed.TotalSeconds;
    }
}
