using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Rollcall.Journal;
using Rollcall.Postgres;
using Rollcall.Roster;
using Rollcall.Sqlite;

namespace Rollcall;

/// <summary>The one switch: which stores a process uses.</summary>
public static class StoreHosting
{
    /// <summary>Refuses what is neither embedded nor, once it exists, a cluster.</summary>
    /// <exception cref="SettingException">DATABASE_URL or REDIS_URL is set: this version has the embedded mode only.</exception>
    public static void RequireEmbedded(IConfiguration configuration)
    {
        foreach (var name in new[] { "DATABASE_URL", "REDIS_URL" })
        {
            if (configuration.Text(name) is not null)
            {
                throw new SettingException(name, "is set, but this version runs embedded only: unset it.");
            }
        }
    }

    /// <summary>Keeps the roll in PostgreSQL.</summary>
    public static ISiloBuilder UseClusterStores(this ISiloBuilder silo, IConfiguration configuration) => throw new NotSupportedException();

    /// <summary>Keeps the roll in the data directory's SQLite file, whose tables are up to date (<see cref="DeviceSeed.Migrate"/>).</summary>
    public static IServiceCollection AddEmbeddedStores(this IServiceCollection services, DataDirectory directory)
    {
        services.AddSingleton(_ => new SqliteWriter(directory.Database));
        services.AddSingleton(_ => new SqliteReaders(directory.Database));
        services.AddSingleton<IDeviceStore, SqliteDeviceStore>();
        services.AddSingleton<IRosterStore, SqliteRosterStore>();
        services.AddRarelyWrittenInSqlite(directory.Database);
        return services;
    }

    /// <summary>Keeps the roll in PostgreSQL, whose tables are up to date (<see cref="Migrations.Migrator"/>). Disposed with the host.</summary>
    /// <exception cref="SettingException">DATABASE_URL or DATABASE_POOL is wrong.</exception>
    /// <returns>The database, for the providers of grain storage and reminders.</returns>
    public static PostgresDatabase AddClusterStores(this IServiceCollection services, IConfiguration configuration)
    {
        var database = PostgresDatabase.From(configuration);
        services.AddSingleton(_ => database);
        services.AddSingleton<PostgresWriter>();
        services.AddSingleton<PostgresPool>();
        services.AddSingleton<CountSlot>();
        services.AddSingleton<IDeviceStore, PostgresDeviceStore>();
        services.AddSingleton<IRosterStore, PostgresRosterStore>();
        services.AddRarelyWrittenInPostgres(database);
        return database;
    }
}
