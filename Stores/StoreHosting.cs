using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Rollcall.Administration;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Postgres.Connections;
using Rollcall.Postgres.Reading;
using Rollcall.Postgres.Writing;
using Rollcall.Redis;
using Rollcall.Sqlite;

namespace Rollcall;

/// <summary>Chooses which stores a process uses.</summary>
public static class StoreHosting
{
    /// <summary>For tools that work only on the embedded file.</summary>
    /// <exception cref="SettingException">DATABASE_URL or REDIS_URL is set.</exception>
    public static void RequireEmbedded(IConfiguration configuration)
    {
        foreach (var name in new[] { "DATABASE_URL", "REDIS_URL" })
        {
            if (configuration.Text(name) is not null)
            {
                throw new SettingException(name, "is set, but this works on the embedded store only: unset it.");
            }
        }
    }

    /// <summary>Stores everything in PostgreSQL, with hints for other services in Redis.</summary>
    /// <exception cref="SettingException">DATABASE_URL, DATABASE_POOL or REDIS_URL is wrong.</exception>
    public static ISiloBuilder UseClusterStores(this ISiloBuilder silo, IConfiguration configuration)
    {
        var database = silo.Services.AddClusterStores(configuration);
        silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.DataSource) = ("Npgsql", database.Reminders));
        silo.Services.AddHints(Deployment.OfSilo(configuration));
        return silo;
    }

    /// <summary>Stores everything in the data directory's SQLite file, whose tables are up to date (<see cref="DeviceSeed.Migrate"/>).</summary>
    public static IServiceCollection AddEmbeddedStores(this IServiceCollection services, DataDirectory directory)
    {
        services.AddSingleton(_ => new SqliteWriter(directory.Database));
        services.AddSingleton(_ => new SqliteReaders(directory.Database));
        services.AddSingleton<IDeviceStore, SqliteDeviceStore>();
        services.AddSingleton<ICommandStore, SqliteCommandStore>();

        // Lists and logs have places and threads of their own, fewer than there are cores: a search that reads all of a customer's
        // devices must not delay the loading of a twin.
        services.AddSingleton<IFleetStore>(provider => new SqliteFleetStore(
            provider.GetRequiredService<SqliteWriter>(),
            new SqliteReaders(directory.Database, Math.Max(1, Environment.ProcessorCount / 2), ownThreads: true)));
        services.AddGrainStorageInSqlite();
        return services;
    }

    /// <summary>Stores everything in PostgreSQL, whose tables are up to date (<see cref="Migrations.Migrator"/>). Disposed with the host.</summary>
    /// <exception cref="SettingException">DATABASE_URL or DATABASE_POOL is wrong.</exception>
    /// <returns>The database, for the provider of reminders.</returns>
    public static PostgresDatabase AddClusterStores(this IServiceCollection services, IConfiguration configuration)
    {
        var database = PostgresDatabase.From(configuration);
        services.AddSingleton(_ => database);
        services.AddSingleton<PostgresWriter>();
        services.AddSingleton<PostgresPool>();
        services.AddSingleton<CountSlot>();
        services.AddSingleton<IDeviceStore, PostgresDeviceStore>();
        services.AddSingleton<IFleetStore, PostgresFleetStore>();
        services.AddSingleton<ICommandStore, PostgresCommandStore>();
        services.AddGrainStorageInPostgres();
        return database;
    }

    /// <summary>Refuses a database whose tables are older or newer than this version, and a pooler that shares sessions.</summary>
    /// <exception cref="SettingException">It is such a one, or cannot be reached.</exception>
    public static void RequireMigrated(IConfiguration configuration)
    {
        using var database = PostgresDatabase.From(configuration);
        try
        {
            Retries.OfSlowDatabase.Execute(() =>
            {
                SessionPooling.Require(database.ConnectionString);
                using var migrator = Migrations.Migrator.ForPostgres(database.ConnectionString);
                migrator.RequireUpToDate();
            });
        }
        catch (Npgsql.NpgsqlException away)
        {
            throw new SettingException("DATABASE_URL", $"names a database that cannot be used now: {away.Message}");
        }
    }

    private static void AddHints(this IServiceCollection services, RedisAddress redis)
    {
        services.AddSingleton(_ => new RedisConnection(redis));
        services.AddSingleton<PostgresSessions>();
        services.AddSingleton<SessionRepair>();
        services.AddSingleton<RedisMirror>();
        services.AddSingleton<IDeviceMirror>(provider => provider.GetRequiredService<RedisMirror>());
        services.AddSingleton<IChangeSink>(provider => provider.GetRequiredService<RedisMirror>());
        services.AddHostedService(provider => provider.GetRequiredService<SessionRepair>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisMirror>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, LostSilos>();
    }
}
