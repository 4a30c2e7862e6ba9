using FluentMigrator.Runner;
using Microsoft.Extensions.DependencyInjection;

namespace Rollcall.Migrations;

/// <summary>Moves a store's tables up and down, one numbered step a transaction. The caller holds the store's lock.</summary>
public sealed class Migrator : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly IServiceScope _scope;

    private Migrator(string connectionString)
    {
        _services = new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(runner => runner
                .AddSQLite()
                .WithGlobalConnectionString(connectionString)
                .ScanIn(typeof(M0001Devices).Assembly).For.Migrations())
            .BuildServiceProvider();
        _scope = _services.CreateScope();
    }

    private IMigrationRunner Runner => _scope.ServiceProvider.GetRequiredService<IMigrationRunner>();

    public static Migrator ForSqlite(string file) => new(Sqlite.SqliteConnections.ConnectionString(file));

    /// <summary>The steps this program knows, and which are applied.</summary>
    public IReadOnlyList<(long Version, string Description, bool Applied)> Status()
    {
        var applied = Applied();
        return [.. Runner.MigrationLoader.LoadMigrations().Values
            .OrderBy(step => step.Version)
            .Select(step => (step.Version, step.Description ?? "", applied.Contains(step.Version)))];
    }

    /// <summary>Applies every missing step.</summary>
    /// <exception cref="StoreTooNewException">A newer program has been here.</exception>
    public void Up()
    {
        var known = Status().Select(step => step.Version).ToHashSet();
        if (Applied().Find(version => !known.Contains(version)) is > 0 and var newer)
        {
            throw new StoreTooNewException($"The store is at step {newer}, this program knows steps up to {known.Max()}: run the newer program, or its `migrate down`.");
        }

        Runner.MigrateUp();
    }

    /// <summary>Takes steps back until <paramref name="version"/> is the last one applied; 0 removes all.</summary>
    public void Down(long version) => Runner.MigrateDown(version);

    public void Dispose()
    {
        _scope.Dispose();
        _services.Dispose();
    }

    private List<long> Applied()
    {
        var loader = _scope.ServiceProvider.GetRequiredService<IVersionLoader>();
        loader.LoadVersionInfo();
        return [.. loader.VersionInfo.AppliedMigrations()];
    }
}

/// <summary>The store's tables are newer than this program.</summary>
public sealed class StoreTooNewException(string message) : Exception(message);
