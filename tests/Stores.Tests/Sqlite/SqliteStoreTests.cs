using Rollcall.Commands;
using Rollcall.Customers;
using Rollcall.Journal;
using Rollcall.Roster;

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

    [Fact]
    public async Task No_page_costs_the_whole_table()
    {
        await using var store = new SqliteTestStore();
        var plan = await store.Ask<string>("EXPLAIN QUERY PLAN " + SqliteRosterStore.Page, 3, "acme", "", null, null, null, 100);
        Assert.All(plan, step => Assert.Matches("^SEARCH devices USING INDEX ", step));
        Assert.Single(plan);
    }
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
