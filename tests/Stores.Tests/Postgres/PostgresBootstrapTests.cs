using Rollcall.Administration.Customers;

namespace Rollcall.Postgres;

public sealed class PostgresBootstrapTests : BootstrapTests
{
    private protected override async Task<TestStore> Open() => await PostgresTestStore.OpenAsync();
}
