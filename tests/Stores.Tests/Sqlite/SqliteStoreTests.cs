using Rollcall.Administration.Customers;
using Rollcall.Commands;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Schema;
using Rollcall.Support.DeviceFilters;

namespace Rollcall.Sqlite;

public sealed class SqliteDeviceStoreTests : DeviceStoreTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class SqliteWholeChangeTests : WholeChangeTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class SqliteListTests : ListTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());

    /// <summary>Along the index that is in its order: nothing is gathered and sorted. Named ids are looked up.</summary>
    [Fact]
    public async Task No_page_costs_the_whole_table()
    {
        await using var store = new SqliteTestStore();
        foreach (var one in DeviceFilterTable.Instance.Cases.DistinctBy(one => Page(one).Sql))
        {
            foreach (var page in new[] { Page(one), Page(one, after: "lamp") })
            {
                var plan = await store.Ask<string>("EXPLAIN QUERY PLAN " + page.Sql, 3, [.. page.Values]);
                var index = one.DeviceIds is null ? "devices_of_customer" : "(devices_of_customer|sqlite_autoindex_devices_1)";
                Assert.Matches($"^SEARCH devices USING INDEX {index} ", plan[0]);
                Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal));
                Assert.DoesNotContain(plan, step => step.StartsWith("SCAN devices", StringComparison.Ordinal));
            }
        }

        static DevicePageQuery Page(FilterCase one, string? after = null) => new(SqliteFilters.Instance, "acme", one.ToFilter(), after, 100);
    }
}

public sealed class SqliteDeviceFilterTests : DeviceFilterTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class SqliteEventsTests : EventsTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class SqliteCountsTests() : CountsTests(rounds: 150)
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class SqliteCommandStoreTests : CommandStoreTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class SqliteHandbookTests() : HandbookTests("sqlite3")
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}
