using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.TestingHost;
using Rollcall.Postgres.Connections;

namespace Rollcall.Postgres;

/// <summary>Orleans' own provider over our table and statements.</summary>
public sealed class ReminderTests
{
    [Fact]
    public async Task A_reminder_is_stored_found_changed_and_removed_by_its_newest_version_only()
    {
        await using var table = await Table.OpenAsync();
        var lamp = Id("lamp");
        var first = (await table.Reminders.UpsertRow(Entry(lamp, "wake", minutes: 2)))!;
        await table.Reminders.UpsertRow(Entry(lamp, "other", minutes: 9));
        var read = (await table.Reminders.ReadRow(lamp, "wake"))!;
        Assert.Equal((lamp, "wake", TestStore.Noon.UtcDateTime, TimeSpan.FromMinutes(2), first),
            (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));

        var second = (await table.Reminders.UpsertRow(Entry(lamp, "wake", minutes: 3)))!;
        Assert.NotEqual(first, second);
        Assert.False(await table.Reminders.RemoveRow(lamp, "wake", first));
        Assert.Equal([3, 9], (await table.Reminders.ReadRows(lamp)).Reminders.Select(entry => entry.Period.Minutes).Order());

        Assert.True(await table.Reminders.RemoveRow(lamp, "wake", second));
        Assert.Null(await table.Reminders.ReadRow(lamp, "wake"));

        // Registered anew it is another one: a removal that was late does not meet it.
        await table.Reminders.UpsertRow(Entry(lamp, "wake", minutes: 2));
        Assert.False(await table.Reminders.RemoveRow(lamp, "wake", second));
        Assert.NotNull(await table.Reminders.ReadRow(lamp, "wake"));
    }

    [Fact]
    public async Task Every_part_of_the_ring_finds_its_own_also_where_it_closes()
    {
        await using var table = await Table.OpenAsync();
        GrainId[] grains = [.. Enumerable.Range(0, 200).Select(i => Id($"lamp-{i}"))];
        await Task.WhenAll(grains.Select(grain => table.Reminders.UpsertRow(Entry(grain, "wake", minutes: 2))));
        Assert.Contains(grains, grain => (int)grain.GetUniformHashCode() < 0);
        Assert.Contains(grains, grain => (int)grain.GetUniformHashCode() > 0);

        uint[] borders = [0, 1, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xC000_0000, uint.MaxValue, grains[0].GetUniformHashCode(),
            grains[1].GetUniformHashCode()];
        foreach (var (begin, end) in borders.SelectMany(begin => borders.Select(end => (begin, end))).Where(range => range.begin != range.end))
        {
            var found = (await table.Reminders.ReadRows(begin, end)).Reminders.Select(entry => entry.GrainId).ToHashSet();
            Assert.Equal(grains.Where(grain => Holds(begin, end, grain.GetUniformHashCode())).ToHashSet(), found);
        }

        static bool Holds(uint begin, uint end, uint hash) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
    }

    [Fact]
    public async Task A_silos_part_of_the_ring_costs_an_index()
    {
        await using var table = await Table.OpenAsync();
        await SharedPostgres.SayAsync(table.ConnectionString, """
            INSERT INTO reminders SELECT 'rollcall', 'lamp-' || i, 'wake', now(), 90000, hashint4(i), i FROM generate_series(1, 50000) i;
            ANALYZE reminders;
            """);
        await using var store = PostgresTestStore.Of(table.ConnectionString);
        var plan = await store.Plan(
            "SELECT * FROM reminders WHERE service_id = $1 AND grain_hash > $2 AND grain_hash <= $3", ["rollcall", 0, 20_000_000]);
        Assert.Contains("reminders_by_hash", plan, StringComparison.Ordinal);
    }

    private static GrainId Id(string device) => GrainId.Create("device", "device:" + device);

    private static ReminderEntry Entry(GrainId grain, string name, int minutes) => new()
    {
        GrainId = grain, ReminderName = name, StartAt = TestStore.Noon.UtcDateTime, Period = TimeSpan.FromMinutes(minutes),
    };

    private sealed class Table(PostgresDatabase database, InProcessTestCluster cluster) : IAsyncDisposable
    {
        public IReminderTable Reminders => cluster.GetSiloServiceProvider().GetRequiredService<IReminderTable>();

        public string ConnectionString => database.ConnectionString;

        public static async Task<Table> OpenAsync()
        {
            var database = PostgresDatabase.From(await SharedPostgres.NewDatabaseAsync());
            var builder = new InProcessTestClusterBuilder(1);
            builder.ConfigureSilo((_, silo) => silo.UseAdoNetReminderService(reminders =>
                (reminders.Invariant, reminders.DataSource) = ("Npgsql", database.Reminders)));
            var cluster = builder.Build();
            await cluster.DeployAsync();
            return new Table(database, cluster);
        }

        public async ValueTask DisposeAsync()
        {
            await cluster.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
