using Microsoft.Extensions.Configuration;
using Rollcall.Postgres;
using Rollcall.Support.Processes;

namespace Rollcall.Migrations;

public sealed class StoreTablesTests
{
    [Fact]
    public async Task Are_those_of_the_database_when_one_is_named()
    {
        var settings = Settings(("DATABASE_URL", await SharedPostgres.NewDatabaseAsync(empty: true)), ("REDIS_URL", "redis://cache"));
        using (var tables = StoreTables.Open(settings))
        {
            tables.Migrator.Up();
        }

        using var seen = StoreTables.Look(settings)!;
        Assert.All(seen.Migrator.Status(), step => Assert.True(step.Applied));
    }

    [Fact]
    public void Are_those_of_the_file_when_none_is()
    {
        using var folder = new TemporaryFolder();
        var settings = Settings(("DATA_DIR", folder.Path));
        Assert.Null(StoreTables.Look(settings));
        using (var tables = StoreTables.Open(settings))
        {
            tables.Migrator.Up();
            Assert.Throws<SettingException>(() => StoreTables.Open(settings));
        }

        using var seen = StoreTables.Look(settings)!;
        Assert.All(seen.Migrator.Status(), step => Assert.True(step.Applied));
    }

    [Fact]
    public void A_database_that_nobody_serves_is_named_in_a_sentence_without_its_password()
    {
        var refused = Assert.Throws<SettingException>(
            () => StoreTables.Open(Settings(("DATABASE_URL", $"postgres://roll:s3cr3t@127.0.0.1:{Ports.Free()}/rollcall"))));
        Assert.StartsWith("DATABASE_URL names a database that cannot be opened: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", refused.ToString(), StringComparison.Ordinal);
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
