using CsCheck;
using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Fleet;

/// <summary>What every store must do.</summary>
public abstract class CountsTests(int rounds)
{
    private protected abstract Task<TestStore> Open();

    private static readonly string[] Customers = ["acme", "other"];

    /// <summary>
    /// Batches of operations on eight ids: create, flip, beat, remove, the same on a row that is no longer the newest, another health, mode or
    /// reason.
    /// </summary>
    private static readonly Gen<(int What, int Id, int Customer)[][]> Batches =
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 7], Gen.Int[0, 1]).Array[1, 6].Array[1, 12];

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
                        5 => new Change(row, row.Next(row.Presence with { Health = (DeviceHealth)customer }), []),
                        6 => new Change(row, row.Next(profile: row.Profile with { Mode = (DeviceMode)(number % 3) }), []),
                        7 => new Change(row, row.Next(row.Presence with { Reason = (PresenceReason)number }), []),
                        _ => TestStore.Flipped(row),
                    });
                }
            }

            await store.Write([.. records]);
            await Compare(store);
            Assert.Empty(await store.Roster.ReconcileCountsAsync(CancellationToken.None));
        }
    }

    private static async Task Compare(TestStore store)
    {
        foreach (var customer in Customers)
        {
            await Compare(store, customer);
        }
    }

    /// <summary>What was written by a silo of a former version, or by nobody we know.</summary>
    [Fact]
    public async Task That_are_wrong_are_corrected_from_the_rows_and_said()
    {
        await using var store = await Open();
        await store.Make([TestStore.New("lamp"), TestStore.New("bell"), TestStore.New("door", "other")]);
        await store.Flip((await store.Row("lamp"))!);
        Assert.Empty(await store.Roster.ReconcileCountsAsync(CancellationToken.None));

        await store.Say("UPDATE devices SET health = 'degraded', revision = revision + 1 WHERE device_id = 'lamp'");
        await store.Say("UPDATE devices SET mode = 'disabled', revision = revision + 1 WHERE device_id = 'bell'");
        var corrected = Assert.Single(await store.Roster.ReconcileCountsAsync(CancellationToken.None));
        Assert.Equal("acme", corrected.CustomerId);
        Assert.Equal(
            [("state_degraded", 1L), ("state_disabled", 1L), ("state_never_seen", -1L), ("state_online", -1L)],
            corrected.Added.Select(one => ("state_" + one.Name, one.Difference)).Order());
        foreach (var customer in Customers)
        {
            await Compare(store, customer);
        }

        Assert.Empty(await store.Roster.ReconcileCountsAsync(CancellationToken.None));
    }

    /// <summary>The rule of states in C# and in SQL.</summary>
    [Fact]
    public async Task Are_the_same_by_either_rule_for_every_combination()
    {
        await using var store = await Open();
        var rows = from mode in Enum.GetValues<DeviceMode>()
                   from seq in new[] { 0L, 1L }
                   from status in Enum.GetValues<DeviceStatus>()
                   from health in new DeviceHealth?[] { null, DeviceHealth.Healthy, DeviceHealth.Degraded }
                   from reason in Enum.GetValues<PresenceReason>().Cast<PresenceReason?>().Append(null)
                   let row = TestStore.New($"{mode}-{seq}-{status}-{health}-{reason}")
                   select row with
                   {
                       Profile = row.Profile with { Mode = mode },
                       Presence = row.Presence with { Status = status, Seq = seq, Health = health, Reason = reason },
                   };
        await store.Make([.. rows]);
        await Compare(store, "acme");
        await store.ForgetCounts();
        await store.Roster.ReconcileCountsAsync(CancellationToken.None);
        await Compare(store, "acme");
    }

    /// <summary>As after the migration, or when nobody has counted a customer's devices yet.</summary>
    [Fact]
    public async Task That_are_missing_are_made_while_changes_go_on()
    {
        await using var store = await Open();
        var rows = Enumerable.Range(0, 50).Select(number => TestStore.New($"lamp-{number}")).ToArray();
        await store.Make(rows);
        await store.ForgetCounts();
        var reconciled = store.Roster.ReconcileCountsAsync(CancellationToken.None);
        foreach (var row in rows)
        {
            await store.Flip(row);
        }

        await reconciled;
        await Compare(store, "acme");
    }

    private static async Task Compare(TestStore store, string customer)
    {
        var counts = (await store.List(customer: customer)).Counts;
        Assert.Equal(await store.Count("devices", $"customer_id = '{customer}'"), counts.Total);
        Assert.Equal(await store.Count("devices", $"customer_id = '{customer}' AND status = 'online'"), counts.Online);
        Assert.Equal(await States(store, customer), counts.States);
    }

    /// <summary>By the rule itself, of each row.</summary>
    private static async Task<StateCounts> States(TestStore store, string customer)
    {
        var (rows, _, _) = await store.Roster.ListAsync(customer, DeviceFilter.Of(), null, 1_000, CancellationToken.None);
        var states = rows.CountBy(row => row.State).ToDictionary();
        return new StateCounts(
            Of(DeviceState.Online), Of(DeviceState.Degraded), Of(DeviceState.Down), Of(DeviceState.SignedOff), Of(DeviceState.NeverSeen),
            Of(DeviceState.Maintenance), Of(DeviceState.Disabled));

        long Of(DeviceState state) => states.GetValueOrDefault(state);
    }
}
