using Npgsql;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Postgres.Writing;
using Rollcall.Schema;

namespace Rollcall.Postgres.Reading;

/// <summary>Reads, counts and prunes the log of transitions.</summary>
internal static class EventLog
{
    public const int Step = 5_000;

    // One process at a time; the others skip it.
    private const string Alone = "SELECT pg_try_advisory_xact_lock(x'526F6C6C6C6F6700'::bigint)";

    // Numbers follow time closely, so old ones are at the front; no index on the time is needed.
    public const string PruneSome = $"""
        WITH front AS MATERIALIZED (SELECT id, customer_id, at, {PresenceTable.Size} AS size FROM presence_events ORDER BY id LIMIT $1),
        old AS (SELECT id, customer_id, size FROM front WHERE id < coalesce((SELECT min(id) FROM front WHERE at >= $2), 9223372036854775807)),
        marked AS (
            UPDATE customers c SET events_pruned_through = greatest(events_pruned_through, last.id)
            FROM (SELECT customer_id, max(id) AS id FROM old GROUP BY customer_id) last WHERE c.customer_id = last.customer_id
        ), lowered AS (
            UPDATE event_counts c SET events = greatest(0, c.events - gone.events), bytes = greatest(0, c.bytes - gone.bytes)
            FROM (SELECT customer_id, count(*) AS events, sum(size) AS bytes FROM old WHERE id <= {Through} GROUP BY customer_id) gone
            WHERE c.customer_id = gone.customer_id
        ), pruned AS (DELETE FROM presence_events e USING old WHERE e.id = old.id RETURNING e.id)
        SELECT count(*) FROM pruned
        """;

    private const string Through = "(SELECT through FROM event_counted)";

    public const string CountSome = $"""
        WITH front AS MATERIALIZED (
            SELECT id, customer_id, {PresenceTable.Size} AS size FROM presence_events WHERE id > {Through} AND id <= $2 ORDER BY id LIMIT $1
        ), added AS (
            INSERT INTO event_counts AS c (customer_id, events, bytes) SELECT customer_id, count(*), sum(size) FROM front GROUP BY customer_id
            ON CONFLICT (customer_id) DO UPDATE SET events = c.events + excluded.events, bytes = c.bytes + excluded.bytes
        ), moved AS (UPDATE event_counted SET through = last.id FROM (SELECT max(id) AS id FROM front HAVING count(*) > 0) last)
        SELECT count(*) FROM front
        """;

    public const string CountAgain = $"""
        WITH real AS (
            SELECT count(*) AS events, coalesce(sum({PresenceTable.Size}), 0) AS bytes FROM presence_events WHERE customer_id = $1 AND id <= {Through}
        )
        UPDATE event_counts c SET events = real.events, bytes = real.bytes FROM real WHERE c.customer_id = $1 RETURNING c.events
        """;

    // Deletes the oldest while the customer has too many, or too many bytes.
    public const string BoundSome = $"""
        WITH front AS MATERIALIZED (
            SELECT id, {PresenceTable.Size} AS size FROM presence_events WHERE customer_id = $2 AND id <= {Through} ORDER BY id LIMIT $1
        ), oldest AS (
            SELECT id, size, row_number() OVER (ORDER BY id) - 1 AS before, sum(size) OVER (ORDER BY id) - size AS bytes_before FROM front
        ), over AS MATERIALIZED (
            SELECT oldest.id, oldest.size FROM oldest, event_counts c
            WHERE c.customer_id = $2 AND (c.events - oldest.before > $3 OR c.bytes - oldest.bytes_before > $4)
        ), marked AS (
            UPDATE customers SET events_pruned_through = greatest(events_pruned_through, last.id)
            FROM (SELECT max(id) AS id FROM over) last WHERE customer_id = $2
        ), lowered AS (
            UPDATE event_counts c SET events = c.events - gone.events, bytes = c.bytes - gone.bytes
            FROM (SELECT count(*) AS events, coalesce(sum(size), 0) AS bytes FROM over) gone WHERE c.customer_id = $2
        ), pruned AS (DELETE FROM presence_events e USING over WHERE e.id = over.id RETURNING e.id)
        SELECT count(*) FROM pruned
        """;

    public const string Over = "SELECT customer_id FROM event_counts WHERE events > $1 OR bytes > $2";

    public static async Task<EventPage> OfDeviceAsync(
        NpgsqlConnection connection, string customerId, string deviceId, long after, int limit, CancellationToken cancellation)
    {
        var last = await connection.AllAsync(
            """
            SELECT presence_seq, (SELECT min(seq) FROM presence_events WHERE device_id = $1) FROM devices
            WHERE device_id = $1 AND customer_id = $2
            """,
            row => (Seq: row.GetInt64(0), First: row.IsDBNull(1) ? (long?)null : row.GetInt64(1)), [deviceId, customerId], cancellation);
        if (last is not [var device])
        {
            return new EventPage(Refusal.NotFound, [], 0);
        }

        var events = await connection.AllAsync(
            $"SELECT {PresenceTable.Columns} FROM presence_events WHERE device_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            row => PresenceTable.Read(new PostgresRow(row)), [deviceId, after, limit], cancellation);
        return new EventPage(Refusal.None, events, device.First ?? device.Seq + 1);
    }

    public static async Task<FleetEventPage> OfFleetAsync(
        NpgsqlConnection connection, string customerId, long position, long highWatermark, int limit, CancellationToken cancellation)
    {
        var through = await connection.AllAsync(
            "SELECT events_pruned_through FROM customers WHERE customer_id = $1", row => row.GetInt64(0), [customerId], cancellation);
        var pruned = through is [var known] ? known : 0;
        if (position > 0 && position < pruned)
        {
            return new FleetEventPage([], position, Gone: true);
        }

        var events = await connection.AllAsync(
            $"""
            SELECT id, device_id, {PresenceTable.Columns} FROM presence_events
            WHERE customer_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4
            """,
            row => (Id: row.GetInt64(0), Event: new FleetEvent(row.GetString(1), PresenceTable.Read(new PostgresRow(row, 2)))),
            [customerId, position, highWatermark, limit], cancellation);
        return new FleetEventPage([.. events.Select(one => one.Event)], events.Count > 0 ? events[^1].Id : Math.Max(position, pruned), Gone: false);
    }

    /// <summary>Deletes up to <see cref="Step"/> transitions in one transaction.</summary>
    public static Task<int> PruneSomeAsync(NpgsqlConnection connection, DateTimeOffset before, CancellationToken cancellation) =>
        AloneAsync(connection, PruneSome, [Step, before.UtcDateTime], cancellation);

    /// <summary>Counts up to a step of uncounted transitions below the high watermark.</summary>
    public static async Task<int> CountSomeAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        await AloneAsync(connection, CountSome, [Step, await LogHighWatermark.ReadAsync(connection, cancellation)], cancellation);

    /// <summary>Customers who exceed the bound, as far as counted.</summary>
    public static Task<List<string>> OverAsync(NpgsqlConnection connection, EventBound bound, CancellationToken cancellation) => connection.AllAsync(
        Over, row => row.GetString(0), [bound.Events, bound.Bytes], cancellation);

    /// <summary>Counts what a customer really has: transitions of removed devices are gone.</summary>
    public static Task<int> CountAgainAsync(NpgsqlConnection connection, string customerId, CancellationToken cancellation) =>
        AloneAsync(connection, CountAgain, [customerId], cancellation);

    /// <summary>Deletes up to a step of a customer's oldest transitions, until the customer is within the bound.</summary>
    public static Task<int> BoundSomeAsync(NpgsqlConnection connection, string customerId, EventBound bound, CancellationToken cancellation) =>
        AloneAsync(connection, BoundSome, [Step, customerId, bound.Events, bound.Bytes], cancellation);

    /// <summary>Runs in one transaction; does nothing when another process does it.</summary>
    private static async Task<int> AloneAsync(NpgsqlConnection connection, string sql, IReadOnlyList<object> values, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await connection.AllAsync(Alone, row => row.GetBoolean(0), [], cancellation) is [false])
        {
            return 0;
        }

        var done = await connection.AllAsync(sql, row => row.GetInt64(0), values, cancellation);
        await transaction.CommitAsync(cancellation);
        return done is [var count] ? (int)count : 0;
    }
}
