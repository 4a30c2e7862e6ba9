using Npgsql;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Postgres.Connections;
using Rollcall.Postgres.Writing;
using Rollcall.Schema;

namespace Rollcall.Postgres.Reading;

/// <summary>Lists, counts and logs in PostgreSQL.</summary>
internal sealed class PostgresFleetStore(PostgresPool pool) : IFleetStore
{
    internal static readonly string Counts =
        $"SELECT {CountTable.Each("coalesce(sum(@), 0)::bigint")} FROM customer_counts WHERE customer_id = $1";

    /// <summary>
    /// Skips rows that another transaction writes: otherwise a flush and this one could deadlock. Stale rows are found where they are locked: with
    /// the comparison repeated in the update, the server would expect few rows and choose a nested loop.
    /// </summary>
    internal const string Fold = """
        WITH free AS (
            SELECT device_id, folded FROM unnest($1, $2, $3) AS given (id, was, folded) JOIN devices ON device_id = id
            WHERE search = was FOR UPDATE OF devices SKIP LOCKED
        )
        UPDATE devices SET search = free.folded FROM free WHERE devices.device_id = free.device_id
        RETURNING 1
        """;

    /// <summary>Half of the pool: the rest is for twins, commands and creation.</summary>
    public int Readers => Math.Max(1, pool.Size / 2);

    public Task<(IReadOnlyList<DeviceRow> Devices, bool More, Counts Counts)> ListAsync(
        string customerId, DeviceFilter filter, string? after, int limit, CancellationToken cancellation) =>
        pool.ReadSnapshotAsync(
            async connection =>
            {
                var query = new DevicePageQuery(PostgresFilters.Instance, customerId, filter, after, limit);
                var (devices, more) = query.Page(filter.MatchesNone ? [] : await connection.AllAsync(
                    query.Sql, row => DeviceTable.Read(new PostgresRow(row)), query.Values, cancellation));
                var counts = await connection.AllAsync(
                    Counts, row => CountTable.Read(row.GetInt64), [customerId], cancellation);
                return (devices, more, counts[0]);
            },
            cancellation);

    public Task<EventPage> EventsAsync(string customerId, string deviceId, long? after, int limit, CancellationToken cancellation) =>
        pool.ReadSnapshotAsync(
            connection => EventLog.OfDeviceAsync(connection, customerId, deviceId, after ?? 0, limit, cancellation), cancellation);

    public Task<FleetEventPage> FleetEventsAsync(string customerId, long position, int limit, CancellationToken cancellation) =>
        pool.ReadSnapshotAsync(
            connection => LogHighWatermark.ReadAsync(connection, cancellation),
            (connection, highWatermark) => EventLog.OfFleetAsync(connection, customerId, position, highWatermark, limit, cancellation),
            cancellation);

    public Task<IReadOnlyList<string>> OnlineAsync(string after, int limit, CancellationToken cancellation) =>
        pool.ReadAsync<IReadOnlyList<string>>(
            async connection => await connection.AllAsync(
                $"SELECT device_id FROM devices WHERE device_id > $1 AND {DeviceTable.HasDeadline} ORDER BY device_id LIMIT $2",
                row => row.GetString(0), [after, limit], cancellation),
            cancellation);

    public async Task<(string? Next, int Written)> FoldSearchAsync(string after, int limit, CancellationToken cancellation)
    {
        var page = await pool.ReadAsync(
            connection => connection.AllAsync(
                "SELECT device_id, name, search FROM devices WHERE device_id > $1 ORDER BY device_id LIMIT $2",
                row => new FoldedRow(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2)), [after, limit], cancellation),
            cancellation);
        var stale = page.FindAll(row => row.IsStale);
        var written = stale.Count == 0 ? 0 : await pool.WriteAsync(connection => FoldAsync(connection, stale, cancellation), cancellation);
        return (FoldedRow.Next(page, limit, after, written == stale.Count), written);
    }

    public async Task<IReadOnlyList<(string DeviceId, string Credential)>> WeakSecretsAsync(
        string after, int limit, CancellationToken cancellation) =>
        await pool.ReadAsync(
            connection => connection.AllAsync(
                $"SELECT device_id, credential FROM devices WHERE {DeviceTable.HasWeakSecret} AND device_id > $1 ORDER BY device_id LIMIT $2",
                row => (row.GetString(0), row.GetString(1)), [after, limit], cancellation),
            cancellation);

    public Task<int> PruneEventsAsync(DateTimeOffset before, CancellationToken cancellation) =>
        Stepwise(connection => EventLog.PruneSomeAsync(connection, before, cancellation), cancellation);

    public async Task<int> BoundEventsAsync(EventBound bound, bool exact, CancellationToken cancellation)
    {
        await Stepwise(connection => EventLog.CountSomeAsync(connection, cancellation), cancellation);
        var pruned = 0;
        foreach (var customer in await pool.ReadAsync(connection => EventLog.OverAsync(connection, bound, cancellation), cancellation))
        {
            if (exact)
            {
                await pool.WriteAsync(connection => EventLog.CountAgainAsync(connection, customer, cancellation), cancellation);
            }

            pruned += await Stepwise(connection => EventLog.BoundSomeAsync(connection, customer, bound, cancellation), cancellation);
        }

        return pruned;
    }

    public Task<IReadOnlyList<CountCorrection>> ReconcileCountsAsync(CancellationToken cancellation) =>
        pool.WriteAsync(connection => CountReconciling.ReconcileAsync(connection, cancellation), cancellation);

    public Task<DateTimeOffset?> NewestTimeAsync(CancellationToken cancellation) => pool.ReadAsync<DateTimeOffset?>(
        async connection => await connection.AllAsync("SELECT at FROM clock_seen", row => row.GetFieldValue<DateTimeOffset>(0), [], cancellation)
            is [var at] ? at : null,
        cancellation);

    public Task NoteTimeAsync(DateTimeOffset now, CancellationToken cancellation) => pool.WriteAsync(
        connection => connection.AllAsync(
            "INSERT INTO clock_seen VALUES (true, $1) ON CONFLICT (one) DO UPDATE SET at = excluded.at RETURNING 1",
            row => row.GetInt32(0), [now.UtcDateTime], cancellation),
        cancellation);

    private static async Task<int> FoldAsync(NpgsqlConnection connection, IReadOnlyList<FoldedRow> stale, CancellationToken cancellation) =>
        (await connection.AllAsync(
            Fold,
            row => row.GetInt32(0),
            [stale.Select(row => row.DeviceId).ToArray(), stale.Select(row => row.Search).ToArray(), stale.Select(row => row.Folded).ToArray()],
            cancellation)).Count;

    /// <summary>In steps, so that no transaction is long.</summary>
    private async Task<int> Stepwise(Func<NpgsqlConnection, Task<int>> some, CancellationToken cancellation)
    {
        int done, all = 0;
        do
        {
            done = await pool.WriteAsync(some, cancellation);
            all += done;
        }
        while (done == EventLog.Step);
        return all;
    }
}
