using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Postgres.Writing;

public sealed class HotTests
{
    [Fact]
    public async Task Beats_stay_on_their_page_and_cost_no_index_entry()
    {
        const int Devices = 2_000, Beats = 5;

        // On a server without neighbours: while a long transaction writes in any of its databases, old versions are kept.
        await using var server = await MigratedServer.StartAsync();
        await using var store = PostgresTestStore.Of(server.ConnectionString);
        await store.Make([.. Enumerable.Range(0, Devices).Select(i => TestStore.New($"lamp-{i:0000}", name: "Lamp"))]);
        DeviceRow[] rows =
            [.. await store.Devices.ReadAsync([.. Enumerable.Range(0, Devices).Select(i => $"lamp-{i:0000}")], CancellationToken.None)];

        // All of a fleet in one flush is the worst that can be: every row of a page needs room for its next version at once.
        rows = await Write(rows, row => TestStore.Flipped(row with { Presence = Told(row.Presence, 0) }));
        var (before, beforeHot) = (await store.Statistic("n_tup_upd"), await store.Statistic("n_tup_hot_upd"));
        for (var beat = 1; beat <= Beats; beat++)
        {
            rows = await Write(rows, row => new Change(row, row.Next(Told(row.Presence, beat)), []));
        }

        async Task<DeviceRow[]> Write(DeviceRow[] rows, Func<DeviceRow, Change> record)
        {
            var records = Array.ConvertAll(rows, row => record(row));
            Assert.All(await store.Write(records), Assert.True);
            return Array.ConvertAll(records, written => written.Next!);
        }

        static PresenceState Told(PresenceState presence, int beat) => presence with
        {
            LastSeen = TestStore.Noon.AddSeconds(beat), Health = DeviceHealth.Healthy,
            Metrics = $$"""{"cpu":{{beat}},"memory":40.5,"uptime":{{3600 * beat}}}""",
        };

        var (updates, hot) = (await store.Statistic("n_tup_upd") - before, await store.Statistic("n_tup_hot_upd") - beforeHot);
        TestContext.Current.TestOutputHelper?.WriteLine($"{hot} of {updates} updates were HOT.");
        Assert.Equal(Devices * Beats, updates);
        Assert.InRange(hot, updates * 9 / 10, updates);
    }
}
