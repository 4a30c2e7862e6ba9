using Rollcall.Administration.Importing;

namespace Rollcall.Sqlite;

public sealed class SqliteImportTests : ImportTests
{
    private protected override Task<TestStore> Open() => Task.FromResult<TestStore>(new SqliteTestStore());
}
