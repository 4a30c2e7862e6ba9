using CsCheck;
using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Fleet;

/// <summary>What every store must do.</summary>
public abstract class CountsTests(int rounds)
{
    private protected abstract Task<TestStore> Open();

    private static readonly string[] Customers = ["acme", "other"];

    /// <summary>Batches of operations on eight ids: create, flip, beat, remove, and the same on a row that is no longer the newest.</summary>
    private static readonly Gen<(int What, int Id, int Customer)[][]> Batches =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 7], Gen.Int[0, 1]).Array[1, 6].Array[1, 12];

    [Fact]
    public async Task Equal_what_a_count_of_the_rows_would_say_after_whatever_happened()
    {
        await using var store = await Open();
        Batches.Sample(
            batches =>
            {
                Run(store, batches).GetAwaiter().GetResult();
                return true;
            },
            iter: rounds,
            threads: 1);
    }

    private static async Task Run(TestStore store, (int What, int Id, int Customer)[][] batches)
    {
        var stale = new Dictionary<string, DeviceRow>();
        await store.Clear();
        foreach (var batch in batches)
        {
            var records = new List<Change>();
            foreach (var (what, number, customer) in batch)
            {
                var id = $"lamp-{number}";
                var row = what == 4 ? stale.GetValueOrDefault(id) : await store.Row(id);
                if (row is null)
                {
                    await store.Make([TestStore.New(id, Customers[customer])]);
                }
                else if (records.All(record => record.DeviceId != id))
                {
                    stale[id] = row;
                    records.Add(what switch
                    {
                        0 => Change.Removal(row),
                        1 => new Change(row, row.Next(row.Presence with { Metrics = "{}" }), []),
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
            Assert.Equal(await store.Count("devices", $"customer_id = '{customer}'"), counts.Total);
            Assert.Equal(await store.Count("devices", $"customer_id = '{customer}' AND status = 'online'"), counts.Online);
        }
    }
}
