using FluentMigrator;
using FluentMigrator.Runner;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Postgres.Connections;

namespace Rollcall.Migrations;

/// <summary>Moves a store's tables up and down, one numbered step a transaction; one process at a time.</summary>
public sealed class Migrator : IDisposable
{
    private readonly Func<IDisposable?> _lock;
    private readonly string? _set;
    private readonly ServiceProvider _services;
    private readonly IServiceScope _scope;

    private bool _isSet;

    /// <param name="set">What the session is set to before anything else.</param>
    private Migrator(
        string connectionString, Func<IMigrationRunnerBuilder, IMigrationRunnerBuilder> addStore, Func<IDisposable?> holdLock, string? set = null)
    {
        (_lock, _set) = (holdLock, set);
        _services = new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(runner => addStore(runner)
                .WithGlobalConnectionString(connectionString)
                .WithGlobalCommandTimeout(TimeSpan.FromHours(1))
                .ScanIn(typeof(SqlStep).Assembly).For.Migrations().For.EmbeddedResources())
            .BuildServiceProvider();
        _scope = _services.CreateScope();
    }

    private IMigrationRunner Runner => _scope.ServiceProvider.GetRequiredService<IMigrationRunner>();

    /// <summary>The caller holds the data directory's lock.</summary>
    public static Migrator ForSqlite(string file) => new(
        Sqlite.SqliteConnections.ConnectionString(file), runner => runner.AddSQLite(), () => null);

    /// <summary>Steps are taken under an advisory lock of the database: of two processes the second waits.</summary>
    public static Migrator ForPostgres(string connectionString) => new(
        connectionString, runner => runner.AddPostgres(), () => MigrationLock.Take(connectionString), PostgresSession.Settings);

    /// <summary>The steps this program knows, and which are applied.</summary>
    public IReadOnlyList<(long Version, string Description, bool Applied)> Status()
    {
        var applied = Applied();
        return [.. Runner.MigrationLoader.LoadMigrations().Values
            .OrderBy(step => step.Version)
            .Select(step => (step.Version, step.Description ?? "", applied.Contains(step.Version)))];
    }

    /// <summary>Neither more nor fewer steps than this program knows are applied.</summary>
    /// <param name="setting">What names the store.</param>
    /// <exception cref="SettingException">Some are missing.</exception>
    /// <exception cref="StoreTooNewException">A newer version has migrated the store.</exception>
    public void RequireUpToDate(string setting = "DATABASE_URL")
    {
        RequireKnown();
        if (Status().FirstOrDefault(step => !step.Applied) is { Version: > 0 } missing)
        {
            throw new SettingException(setting, $"names a store that lacks step {missing.Version}, {missing.Description}: run `migrate up` first.");
        }
    }

    /// <summary>Applies every missing step.</summary>
    /// <exception cref="StoreTooNewException">A newer version has migrated the store.</exception>
    /// <exception cref="SettingException">Another process migrates and does not finish in time.</exception>
    public void Up()
    {
        using var held = _lock();
        RequireKnown();
        Runner.MigrateUp();
    }

    /// <summary>Takes steps back until <paramref name="version"/> is the last one applied; 0 removes all.</summary>
    /// <exception cref="SettingException">Another process migrates and does not finish in time.</exception>
    public void Down(long version)
    {
        using var held = _lock();
        Applied();
        Runner.MigrateDown(version);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _services.Dispose();
    }

    private void RequireKnown()
    {
        var known = Status().Select(step => step.Version).ToHashSet();
        if (Applied().Find(version => !known.Contains(version)) is > 0 and var newer)
        {
            throw new StoreTooNewException(
                $"The store is at step {newer}, this program knows steps up to {known.Max()}: run the newer program, or its `migrate down`.");
        }
    }

    private List<long> Applied()
    {
        if (_set is not null && !_isSet)
        {
            // The processor keeps its one connection.
            _scope.ServiceProvider.GetRequiredService<IMigrationProcessor>().Execute(_set);
            _isSet = true;
        }

        var loader = _scope.ServiceProvider.GetRequiredService<IVersionLoader>();
        loader.LoadVersionInfo();
        return [.. loader.VersionInfo.AppliedMigrations()];
    }
}

/// <summary>The store's tables are newer than this program.</summary>
public sealed class StoreTooNewException(string message) : Exception(message);
