using Rollcall.Administration.Customers;
using Rollcall.Commands;
using Rollcall.Fleet;
using Rollcall.Journal;

namespace Rollcall.Postgres;

public sealed class PostgresDeviceStoreTests : DeviceStoreTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}

public sealed class PostgresWholeChangeTests : WholeChangeTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}

public sealed class PostgresListTests : ListTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}

public sealed class PostgresDeviceFilterTests : DeviceFilterTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}

public sealed class PostgresEventsTests : EventsTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}

public sealed class PostgresCountsTests() : CountsTests(rounds: 8)
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}

public sealed class PostgresCommandStoreTests : CommandStoreTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}

public sealed class PostgresHandbookTests() : HandbookTests("psql")
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}
