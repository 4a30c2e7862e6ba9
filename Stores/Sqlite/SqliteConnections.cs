using Microsoft.Data.Sqlite;

namespace Rollcall.Sqlite;

/// <summary>Opens the file of the embedded store.</summary>
internal static class SqliteConnections
{
    // Seconds that a statement waits for another process's lock; the journal gives up after two.
    private const int LockTimeout = 1;

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        DefaultTimeout = LockTimeout,
        ForeignKeys = true,
    }.ConnectionString;

    /// <summary>WAL lets readers run beside the writer; synchronous FULL makes a confirmed heartbeat survive a power failure.</summary>
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(ConnectionString(file));
        try
        {
            connection.Open();
            using var pragmas = connection.CreateCommand();
            pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
            pragmas.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
