using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>
/// Settings of every session of ours, whatever the database's defaults are: a confirmed commit is on disk, a statement sees what is
/// committed, no lock wait is longer than the journal's timeout, an abandoned transaction ends, and an idle session does not. They are set
/// after opening: as start parameters (<c>options</c>), PgBouncer would refuse or ignore them.
/// </summary>
internal static class PostgresSession
{
    // A server before 14 does not know the last one.
    public const string Settings = """
        SELECT set_config('synchronous_commit', 'on', false), set_config('default_transaction_isolation', 'read committed', false),
            set_config('lock_timeout', '1500', false), set_config('idle_in_transaction_session_timeout', '30000', false),
            CASE WHEN current_setting('idle_session_timeout', true) IS NOT NULL THEN set_config('idle_session_timeout', '0', false) END
        """;

    /// <summary>How long a session may be idle before it is checked.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    public static void Set(NpgsqlConnection connection)
    {
        using var set = new NpgsqlCommand(Settings, connection);
        set.ExecuteNonQuery();
    }

    public static async Task SetAsync(NpgsqlConnection connection)
    {
        await using var set = new NpgsqlCommand(Settings, connection);
        await set.ExecuteNonQueryAsync();
    }

    /// <summary>Whether it still reaches a server: one round trip.</summary>
    public static async Task<bool> AnswersAsync(this NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var ask = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = 1 };
            await ask.ExecuteNonQueryAsync(cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
