using Npgsql;

namespace Rollcall.Postgres;

/// <summary>
/// What every session of ours is set to, whatever the database's own defaults are: a commit that is answered is on the disk, a
/// statement sees what is committed, nobody waits for a lock longer than the journal has patience, an abandoned transaction
/// ends, and one that is idle does not. It is said after opening: of the same among the start's parameters (<c>options</c>)
/// PgBouncer refuses or ignores.
/// </summary>
internal static class PostgresSession
{
    // A server before 14 does not know the last one.
    public const string Settings = """
        SELECT set_config('synchronous_commit', 'on', false), set_config('default_transaction_isolation', 'read committed', false),
            set_config('lock_timeout', '1500', false), set_config('idle_in_transaction_session_timeout', '30000', false),
            CASE WHEN current_setting('idle_session_timeout', true) IS NOT NULL THEN set_config('idle_session_timeout', '0', false) END
        """;

    /// <summary>How long an idle session may be silent before it is asked whether it lives.</summary>
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

    /// <summary>Whether it still leads to a server: one way there and back.</summary>
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
