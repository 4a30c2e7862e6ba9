using CsCheck;
using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Sqlite;

public sealed class CountsTests
{
    private static readonly string[] Customers = ["acme", "other"];

    /// <summary>Batches of operations on eight ids: create, flip, beat, remove, and the same on a row that is no longer the newest.</summary>
    private static readonly Gen<(int What, int Id, int Customer)[][]> Batches =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 7], Gen.Int[0, 1]).Array[1, 6].Array[1, 12];

    [Fact]
    public void Equal_what_a_count_of_the_rows_would_say_after_whatever_happened()
    {
        using var store = new TestStore();
        Batches.Sample(
            batches =>
            {
                Run(store, batches).GetAwaiter().GetResult();
                return true;
            },
            iter: 150,
            threads: 1);
    }

    private static async Task Run(TestStore store, (int What, int Id, int Customer)[][] batches)
    {
        var stale = new Dictionary<string, DeviceRow>();
        foreach (var table in new[] { "devices", "customers", "presence_events" })
        {
            await store.Writer.WriteAsync(statements => statements.Execute($"DELETE FROM {table}"), CancellationToken.None);
        }

        foreach (var batch in batches)
        {
            var records = new List<JournalRecord>();
            foreach (var (what, number, customer) in batch)
            {
                var id = $"lamp-{number}";
                var row = what == 4 ? stale.GetValueOrDefault(id) : await store.Row(id);
                if (row is null)
                {
                    await store.Roster.CreateAsync([TestStore.New(id, Customers[customer])], CancellationToken.None);
                }
                else if (records.All(record => record.DeviceId != id))
                {
                    stale[id] = row;
                    records.Add(what switch
                    {
                        0 => new JournalRecord(row, null, null),
                        1 => new JournalRecord(row, row.Next(row.Presence with { Metrics = "{}" }), null),
                        _ => TestStore.Flipped(row),
                    });
                }
            }

            await store.Write([.. records]);
            await Compare(store);
        }
    }

    private static async Task Compare(TestStore store)
    {
        foreach (var customer in Customers)
        {
            var counts = (await store.List(customer: customer)).Counts;
            Assert.Equal(await Count("customer_id = $0"), counts.Total);
            Assert.Equal(await Count("customer_id = $0 AND status = 'online'"), counts.Online);

            async Task<long> Count(string which) => (await store.Ask<long>($"SELECT COUNT(*) FROM devices WHERE {which}", 0, customer))[0];
        }
    }
}
