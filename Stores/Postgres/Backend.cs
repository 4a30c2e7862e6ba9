using Npgsql;

namespace Rollcall.Postgres;

/// <summary>A session as the server has it. Numbers of processes come again; with the time of its start it is the one.</summary>
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
    /// Ends it and returns when it is gone, so that whatever it was doing is committed or never will be. One that a pooler has given to
    /// this very connection is at nothing else.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It is still there.</exception>
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
