using Npgsql;

namespace Rollcall.Postgres.Writing;

/// <summary>
/// How far a reader of the log may read. Transactions take their numbers before they commit, so an open one may hold a lower number than
/// those already visible; a reader that went past it would never see it. So a transaction first takes a mark, an advisory lock that names the
/// last number so far: its own will be higher. A reader stops at the lowest mark. The lock ends with its transaction, and blocks nobody.
/// </summary>
internal static class LogHighWatermark
{
    // The upper 16 bits of the marks' keys; the number is the rest.
    private const int Kind = 0x526F;

    private const string LastGiven = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS given FROM presence_events_id_seq";

    /// <summary>Takes the mark: run it before a transaction's first transition or fact.</summary>
    public static readonly string Mark = $"SELECT pg_advisory_xact_lock_shared(({Kind}::bigint << 48) | given) FROM ({LastGiven}) last";

    private const string Lowest = """
        SELECT min(((classid::bigint & 65535) << 32) | objid::bigint) FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = $1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>The highest number below which no transaction is open. Read it before the snapshot in which the log is read.</summary>
    public static async Task<long> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // In this order: a transaction that takes its mark after the second statement takes a higher number than the first one read.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(LastGiven), new(Lowest) { Parameters = { new() { Value = (long)Kind } } } },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var given = reader.GetInt64(0);
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.IsDBNull(0) ? given : Math.Min(given, reader.GetInt64(0));
    }
}
