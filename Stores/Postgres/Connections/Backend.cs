using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>A session at the server. Process numbers are reused; together with the start time it is unique.</summary>
internal readonly record struct Backend(int ProcessId, DateTime Started)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static async Task<Backend> OfAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()", connection);
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new Backend(reader.GetInt32(0), reader.GetDateTime(1));
    }

    /// <summary>
    /// Terminates it and returns when it is gone, so that its transaction is committed or never will be. A backend that a pooler has given to
    /// this very connection does nothing else.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It could not be terminated.</exception>
    public async Task EndAsync(NpgsqlConnection connection, TimeProvider clock, CancellationToken cancellation)
    {
        var since = clock.GetTimestamp();
        while (await AskToEndAsync(connection, cancellation))
        {
            if (clock.GetElapsedTime(since) > Timeout)
            {
                throw new StoreUnavailableException($"Session {ProcessId} of this process is still at its last write.");
            }

            await Task.Delay(Step, clock, cancellation);
        }
    }

    private async Task<bool> AskToEndAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2 AND pid <> pg_backend_pid()", connection)
        {
            Parameters = { new() { Value = ProcessId }, new() { Value = Started } },
        };
        return await ask.ExecuteScalarAsync(cancellation) is not null;
    }
}
