using Rollcall.Fleet;
using Rollcall.Schema;
using static Rollcall.Sqlite.SqliteRow;

namespace Rollcall.Sqlite;

/// <summary>Counts and prunes the log of transitions. In steps, between which heartbeats are stored.</summary>
internal static class SqliteEventLog
{
    public const int Step = 5_000;

    private const string Through = "(SELECT through FROM event_counted)";

    private const string Lower = "UPDATE event_counts SET events = max(0, events - $1), bytes = max(0, bytes - $2) WHERE customer_id = $0";

    private const string Forgotten = "UPDATE customers SET events_pruned_through = max(events_pruned_through, $1) WHERE customer_id = $0";

    /// <summary>Deletes up to a step of transitions that are older than a time.</summary>
    /// <returns>How many.</returns>
    public static int PruneSome(SqliteStatements statements, DateTimeOffset before)
    {
        // Ids follow time closely, so old ones are at the front; no index on the time is needed.
        var (limit, through) = (Time(before), Number(statements, $"SELECT through FROM event_counted"));
        var old = All(
            statements.Query($"SELECT id, customer_id, at, {PresenceTable.Size} FROM presence_events ORDER BY id LIMIT $0", Step),
            row => (Id: row.GetInt64(0), Customer: row.GetString(1), At: row.GetString(2), Size: row.GetInt64(3)))
            .TakeWhile(row => string.CompareOrdinal(row.At, limit) < 0).ToList();
        if (old.Count == 0)
        {
            return 0;
        }

        foreach (var customer in old.GroupBy(row => row.Customer))
        {
            var counted = customer.Where(row => row.Id <= through).ToList();
            statements.Execute(Forgotten, customer.Key, customer.Max(row => row.Id));
            statements.Execute(Lower, customer.Key, counted.Count, counted.Sum(row => row.Size));
        }

        return statements.Execute("DELETE FROM presence_events WHERE id <= $0", old[^1].Id);
    }

    public static bool HasNew(SqliteStatements statements) =>
        Number(statements, $"SELECT EXISTS (SELECT 1 FROM presence_events WHERE id > {Through})") == 1;

    /// <summary>Counts up to a step of uncounted transitions.</summary>
    /// <returns>How many.</returns>
    public static int CountSome(SqliteStatements statements)
    {
        var fresh = All(
            statements.Query($"SELECT id, customer_id, {PresenceTable.Size} FROM presence_events WHERE id > {Through} ORDER BY id LIMIT $0", Step),
            row => (Id: row.GetInt64(0), Customer: row.GetString(1), Size: row.GetInt64(2)));
        foreach (var customer in fresh.GroupBy(row => row.Customer))
        {
            statements.Execute(
                """
                INSERT INTO event_counts (customer_id, events, bytes) VALUES ($0, $1, $2)
                ON CONFLICT (customer_id) DO UPDATE SET events = events + excluded.events, bytes = bytes + excluded.bytes
                """,
                customer.Key, customer.Count(), customer.Sum(row => row.Size));
        }

        if (fresh.Count > 0)
        {
            statements.Execute("UPDATE event_counted SET through = $0", fresh[^1].Id);
        }

        return fresh.Count;
    }

    /// <summary>Customers who exceed the bound, as far as counted.</summary>
    public static List<string> Over(SqliteStatements statements, EventBound bound) => All(
        statements.Query("SELECT customer_id FROM event_counts WHERE events > $0 OR bytes > $1", bound.Events, bound.Bytes), row => row.GetString(0));

    /// <summary>Counts what a customer really has: transitions of removed devices are gone.</summary>
    public static (long Events, long Bytes) Count(SqliteStatements statements, string customerId) => All(
        statements.Query($"SELECT count(*), coalesce(sum({PresenceTable.Size}), 0) FROM presence_events WHERE customer_id = $0 AND id <= {Through}",
            customerId),
        row => (row.GetInt64(0), row.GetInt64(1))).Single();

    public static int Set(SqliteStatements statements, string customerId, (long Events, long Bytes) counted) =>
        statements.Execute("UPDATE event_counts SET events = $1, bytes = $2 WHERE customer_id = $0", customerId, counted.Events, counted.Bytes);

    /// <summary>Deletes up to a step of a customer's oldest transitions, until the customer is within the bound.</summary>
    /// <returns>How many.</returns>
    public static int BoundSome(SqliteStatements statements, string customerId, EventBound bound)
    {
        var (events, bytes) = All(
            statements.Query("SELECT events, bytes FROM event_counts WHERE customer_id = $0", customerId),
            row => (row.GetInt64(0), row.GetInt64(1))).Single();
        var oldest = All(
            statements.Query(
                $"SELECT id, {PresenceTable.Size} FROM presence_events WHERE customer_id = $0 AND id <= {Through} ORDER BY id LIMIT $1",
                customerId, Step),
            row => (Id: row.GetInt64(0), Size: row.GetInt64(1)));
        var (gone, size) = (0, 0L);
        while (gone < oldest.Count && (events - gone > bound.Events || bytes - size > bound.Bytes))
        {
            size += oldest[gone++].Size;
        }

        if (gone > 0)
        {
            statements.Execute(Forgotten, customerId, oldest[gone - 1].Id);
            statements.Execute(Lower, customerId, gone, size);
            statements.Execute("DELETE FROM presence_events WHERE customer_id = $0 AND id <= $1", customerId, oldest[gone - 1].Id);
        }

        return gone;
    }

    private static long Number(SqliteStatements statements, string sql) => All(statements.Query(sql), row => row.GetInt64(0)).Single();
}
