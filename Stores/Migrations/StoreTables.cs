using Microsoft.Extensions.Configuration;
using Npgsql;
using Rollcall.Postgres.Connections;
using Rollcall.Sqlite;

namespace Rollcall.Migrations;

/// <summary>The tables of the store that the settings name: DATABASE_URL's, else the embedded file's.</summary>
public sealed class StoreTables : IDisposable
{
    private readonly IDisposable? _held;

    private StoreTables(Migrator migrator, IDisposable? held) => (Migrator, _held) = (migrator, held);

    public Migrator Migrator { get; }

    /// <summary>Opens them for migration. The embedded file's folder is locked meanwhile.</summary>
    /// <exception cref="SettingException">A setting is wrong, the database cannot be reached, or another process has the folder.</exception>
    public static StoreTables Open(IConfiguration configuration)
    {
        if (configuration.Text("DATABASE_URL") is not null)
        {
            return OfDatabase(configuration);
        }

        StoreHosting.RequireEmbedded(configuration);
        var directory = DataDirectory.Open(DataDirectory.Resolve(configuration.Text("DATA_DIR")));
        return new StoreTables(Migrator.ForSqlite(directory.Database), directory);
    }

    /// <summary>Opens them for reading, without any lock. Null: there is no file yet.</summary>
    /// <exception cref="SettingException">A setting is wrong, or the database cannot be reached.</exception>
    public static StoreTables? Look(IConfiguration configuration)
    {
        if (configuration.Text("DATABASE_URL") is not null)
        {
            return OfDatabase(configuration);
        }

        StoreHosting.RequireEmbedded(configuration);
        var file = DataDirectory.DatabaseIn(DataDirectory.Resolve(configuration.Text("DATA_DIR")));
        return File.Exists(file) ? new StoreTables(Migrator.ForSqlite(file), null) : null;
    }

    public void Dispose()
    {
        Migrator.Dispose();
        _held?.Dispose();
    }

    private static StoreTables OfDatabase(IConfiguration configuration)
    {
        var database = PostgresDatabase.From(configuration);
        try
        {
            SessionPooling.Require(database.ConnectionString);
            return new StoreTables(Migrator.ForPostgres(database.ConnectionString), database);
        }
        catch (SettingException)
        {
            database.Dispose();
            throw;
        }
        catch (NpgsqlException unreachable)
        {
            database.Dispose();
            throw new SettingException("DATABASE_URL", $"names a database that cannot be opened: {unreachable.Message.ReplaceLineEndings(" ")}");
        }
    }
}
