using Npgsql;
using NpgsqlTypes;
using Rollcall.Journal;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>Writes some changes of a flush at once, and returns the positions, from 1, of those that it stored.</summary>
internal abstract class FlushStatement
{
    /// <summary>The row that a change is based on.</summary>
    protected static readonly Column<Change>[] Fence =
        [Column<Change>.Text("fenced_id", change => change.DeviceId), Column<Change>.Number("fenced_revision", change => change.Base!.Revision)];

    /// <summary>Adds it to a batch.</summary>
    /// <param name="slot">The slot in which this process counts devices.</param>
    public abstract void Into(NpgsqlBatch batch, IReadOnlyList<Change> changes, DateTimeOffset now, short slot);

    /// <summary>Adds to the counts of customers; <paramref name="changed"/> returns <c>customer_id</c> and the columns, a row a customer.</summary>
    internal static string Counted(string changed, string slot) => $"""
        INSERT INTO customer_counts AS c (customer_id, slot, {CountTable.Each("@")})
        SELECT customer_id, {slot}, {CountTable.Each("@")} FROM ({changed}) changed WHERE {CountTable.Each("@ <> 0", " OR ")} ORDER BY customer_id
        ON CONFLICT (customer_id, slot) DO UPDATE SET {CountTable.Each("@ = c.@ + excluded.@")}
        """;

    protected static NpgsqlParameter Slot(short slot) => new NpgsqlParameter<short> { TypedValue = slot, NpgsqlDbType = NpgsqlDbType.Smallint };

    protected static NpgsqlParameter Time(DateTimeOffset time) =>
        new NpgsqlParameter<DateTime> { TypedValue = time.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    protected static string Names<T>(IEnumerable<Column<T>> columns, string of = "") => string.Join(", ", columns.Select(column => of + column.Name));

    protected static string[] List<T>(IEnumerable<Column<T>> columns) => [.. columns.Select(column => column.Name)];
}
