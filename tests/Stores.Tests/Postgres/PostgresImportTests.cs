using Rollcall.Administration.Importing;

namespace Rollcall.Postgres;

public sealed class PostgresImportTests : ImportTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}
