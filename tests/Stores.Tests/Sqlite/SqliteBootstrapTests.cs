using Rollcall.Administration.Customers;

namespace Rollcall.Sqlite;

public sealed class SqliteBootstrapTests : BootstrapTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}
