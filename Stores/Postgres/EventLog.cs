using Npgsql;
using Rollcall.Devices;
using Rollcall.Roster;
using static Rollcall.Postgres.PostgresRow;

namespace Rollcall.Postgres;

/// <summary>The log of transitions as it is read, and forgotten.</summary>
internal static class EventLog
{
    public const int PruneStep = 5_000;

    // One process at a time; the others have nothing to do then.
    private const string Alone = "SELECT pg_try_advisory_xact_lock(x'526F6C6C6C6F6700'::bigint)";

    // Numbers follow time closely, so the old ones stand at the front; no index on the time is needed.
    private const string PruneSome = """
        WITH front AS MATERIALIZED (SELECT id, customer_id, at FROM presence_events ORDER BY id LIMIT $1),
        old AS (SELECT id, customer_id FROM front WHERE id < coalesce((SELECT min(id) FROM front WHERE at >= $2), 9223372036854775807)),
        marked AS (
            UPDATE customers c SET events_pruned_through = greatest(events_pruned_through, last.id)
            FROM (SELECT customer_id, max(id) AS id FROM old GROUP BY customer_id) last WHERE c.customer_id = last.customer_id
        ), pruned AS (DELETE FROM presence_events e USING old WHERE e.id = old.id RETURNING e.id)
        SELECT count(*) FROM pruned
        """;

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
            "SELECT seq, from_status, to_status, reason, at FROM presence_events WHERE device_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            row => TransitionOf(row, 0), [deviceId, after, limit], cancellation);
        return new EventPage(Refusal.None, events, device.First ?? device.Seq + 1);
    }

    public static async Task<FleetEventPage> OfFleetAsync(
        NpgsqlConnection connection, string customerId, long position, long horizon, int limit, CancellationToken cancellation)
    {
        var through = await connection.AllAsync(
            "SELECT events_pruned_through FROM customers WHERE customer_id = $1", row => row.GetInt64(0), [customerId], cancellation);
        var pruned = through is [var known] ? known : 0;
        if (position > 0 && position < pruned)
        {
            return new FleetEventPage([], position, Gone: true);
        }

        var events = await connection.AllAsync(
            """
            SELECT id, device_id, seq, from_status, to_status, reason, at FROM presence_events
            WHERE customer_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4
            """,
            row => (Id: row.GetInt64(0), Event: new FleetEvent(row.GetString(1), TransitionOf(row, 2))),
            [customerId, position, horizon, limit], cancellation);
        return new FleetEventPage([.. events.Select(one => one.Event)], events.Count > 0 ? events[^1].Id : Math.Max(position, pruned), Gone: false);
    }

    /// <summary>Forgets up to <see cref="PruneStep"/> transitions in one transaction.</summary>
    public static async Task<int> PruneSomeAsync(NpgsqlConnection connection, DateTimeOffset before, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await connection.AllAsync(Alone, row => row.GetBoolean(0), [], cancellation) is [false])
        {
            return 0;
        }

        var pruned = await connection.AllAsync(PruneSome, row => row.GetInt64(0), [PruneStep, before.UtcDateTime], cancellation);
        await transaction.CommitAsync(cancellation);
        return (int)pruned[0];
    }
}
