using Npgsql;
using Rollcall.Postgres.Connections;

namespace Rollcall.Migrations;

/// <summary>Held on a connection of its own while steps run, so it ends with its process, however that ends.</summary>
internal static class MigrationLock
{
    // Any number that no other program in this database uses.
    private const long Key = 0x526F6C6C_63616C6C;

    /// <summary>Seconds between keep-alives. During a long step this connection is idle, and a proxy would close it, and end the lock.</summary>
    private const int KeepAlive = 2;

    /// <summary>Waits up to 30 s for another process to finish.</summary>
    public static NpgsqlConnection Take(string connectionString, int timeout = 30_000)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0, KeepAlive = KeepAlive }.ConnectionString);
        try
        {
            connection.Open();
            PostgresSession.Set(connection);
            using var take = new NpgsqlCommand($"SET lock_timeout = {timeout}; SELECT pg_advisory_lock({Key})", connection);
            take.ExecuteNonQuery();
            return connection;
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            connection.Dispose();
            throw new SettingException("DATABASE_URL", "names a database whose tables another process is just moving: let that end, then try again.");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
