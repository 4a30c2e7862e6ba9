using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Orleans.Runtime;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Fleet;

namespace Rollcall.Administration.Customers;

/// <summary>What the handbook says of a living store's tables: whoever adds one says there what it holds, and deletes a customer from it.</summary>
public abstract partial class HandbookTests(string tool)
{
    private static readonly string Documents = typeof(HandbookTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Documents").Value!;

    private static readonly string Handbook = File.ReadAllText(Path.Combine(Documents, "operations.md"));

    private protected abstract Task<TestStore> Open();

    [Fact]
    public async Task Every_table_is_named_in_the_handbook()
    {
        await using var store = await Open();
        Assert.Empty((await store.Tables()).Except(Named().Keys, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_customer_is_deleted_by_what_the_handbook_says_and_no_other_is()
    {
        await using var store = await Open();
        await Fill(store, "acme");
        await Fill(store, "zoo");
        var before = await Counts(store);
        foreach (var (table, ofCustomer) in Named().Where(one => before.ContainsKey(one.Key)))
        {
            Assert.True(
                !ofCustomer || (before[table] is > 0 and var rows && rows % 2 == 0),
                $"Both customers have rows in {table}: it has {before[table]}.");
        }

        foreach (var statement in Statements("acme"))
        {
            await store.Say(statement);
        }

        foreach (var (table, left) in await Counts(store))
        {
            Assert.Equal((table, Named()[table] ? before[table] / 2 : before[table]), (table, left));
            Assert.Equal((table, 0), (table, await store.Mentions(table, "acme")));
        }
    }

    private static async Task Fill(TestStore store, string customer)
    {
        var row = await store.Flip(await store.Create($"{customer}-lamp", customer));
        var command = new Command(
            CommandIds.Of(1, new byte[12]), row.DeviceId, 1, "blink", null, CommandStatus.Queued, TestStore.Noon, TestStore.Noon.AddHours(1),
            null, null, null, null, null, Late: false, "owner");
        var next = row.Next() with { Commands = new CommandState(1, 1) };
        Assert.True((await store.Write(new Change(row, next, [new CommandChanged(command)])))[0]);
        using var book = store.Book();
        book.Ensure(new Bootstrap(new ConfigurationBuilder().AddInMemoryCollection(
            [new("BOOTSTRAP_CUSTOMER", customer), new("BOOTSTRAP_ENROLMENT_KEY", $"a key of {customer} that has enough characters")]).Build()));
        await store.Roster.BoundEventsAsync(new EventBound(1_000, 1 << 20), exact: false, CancellationToken.None);
        await store.Roster.NoteTimeAsync(TestStore.Noon, CancellationToken.None);
        if ((await store.Tables()).Contains("reminders"))
        {
            var grain = GrainId.Create("device", Keys.Device(row.DeviceId));
            await store.Say($"INSERT INTO reminders VALUES ('{Deployment.ServiceId}', '{grain}', 'presence', now(), 1, 1, 1)");
        }
    }

    private static async Task<Dictionary<string, long>> Counts(TestStore store)
    {
        var counts = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var table in await store.Tables())
        {
            counts[table] = await store.Count($"\"{table}\"");
        }

        return counts;
    }

    /// <summary>Each table, and whether it is of a customer.</summary>
    private static Dictionary<string, bool> Named() => Row().Matches(Handbook)
        .SelectMany(row => Name().Matches(row.Groups["names"].Value).Select(name => (name.Groups[1].Value, row.Groups["ours"].Value == "yes")))
        .ToDictionary(one => one.Item1, one => one.Item2, StringComparer.OrdinalIgnoreCase);

    /// <summary>What is to be said to the store, of this customer. Lines that are for the tool alone are not.</summary>
    private string[] Statements(string customer)
    {
        var block = Handbook[Handbook.IndexOf($"\n```\n{tool} ", StringComparison.Ordinal)..];
        var sql = block[(block.IndexOf("<<'SQL'\n", StringComparison.Ordinal) + 8)..block.IndexOf("\nSQL\n", StringComparison.Ordinal)];
        return [.. Customer().Replace(sql, $"'{customer}'").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('.') && line is not ("BEGIN;" or "COMMIT;"))
            .Aggregate("", (all, line) => $"{all} {line}").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    [GeneratedRegex(@"^\| (?<names>`[^|]+) \| [^|]+ \| (?<ours>yes|no) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(":'customer'|@customer")]
    private static partial Regex Customer();
}
