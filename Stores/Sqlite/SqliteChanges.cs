using System.Collections.Concurrent;
using Rollcall.Journal;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

/// <summary>
/// Writes one change: its row, if that is at the base revision, and then the events. Runs in the caller's transaction.
/// </summary>
internal static class SqliteChanges
{
    private static readonly ConcurrentDictionary<ChangeShape, SqliteStatement<Change>> Updates = new();

    private static readonly Column<Change>[] Fence =
        [Column<Change>.Text("device_id", change => change.DeviceId), Column<Change>.Number("revision", change => change.Base!.Revision)];

    private static readonly Column<Change>[] OfRow = [.. DeviceTable.All.Select(column => column.From<Change>(change => change.Next!))];

    private static readonly SqliteStatement<Change> Customer = new(
        "INSERT INTO customers (customer_id, created_at) VALUES ($0, $1) ON CONFLICT (customer_id) DO NOTHING", Some("customer_id", "registered_at"));

    private static readonly SqliteStatement<Change> Creation = new(
        $"""
        INSERT INTO devices ({Names(OfRow)}, updated_at)
        VALUES ({Places(OfRow.Length)}, ${Array.FindIndex(OfRow, column => column.Name == "registered_at")})
        ON CONFLICT (device_id) DO NOTHING
        """,
        OfRow);

    private static readonly SqliteStatement<Change>[] Removals =
    [
        new("DELETE FROM devices WHERE device_id = $0 AND revision = $1", Fence),
        .. EventTables.All.Select(table => new SqliteStatement<Change>($"DELETE FROM {table.Name} WHERE device_id = $0", Fence[..1])),
    ];

    private static readonly SqliteStatement<Happened>[] Events = [.. EventTables.All.Select(Insert)];

    /// <param name="made">True: it was stored by this call.</param>
    /// <returns>True: stored. For a creation, also when the row has the same revision, created by an earlier call whose answer was lost.</returns>
    public static bool Write(SqliteStatements statements, Change change, string now, out bool made)
    {
        made = change switch
        {
            { Base: null } => Create(statements, change),
            { Next: null } => Remove(statements, change),
            { Base: var was, Next: var next } => Update(statements, change, ChangeShape.Of(was, next, change), now),
        };
        return made || (change.Base is null && IsThere(statements, change.DeviceId, change.Row.Revision));
    }

    private static bool Create(SqliteStatements statements, Change change)
    {
        statements.Execute(Customer, change);
        return statements.Execute(Creation, change) == 1;
    }

    private static bool IsThere(SqliteStatements statements, string deviceId, long revision) =>
        SqliteRow.All(statements.Query("SELECT 1 FROM devices WHERE device_id = $0 AND revision = $1", deviceId, revision),
            row => row.GetInt64(0)).Count == 1;

    private static bool Update(SqliteStatements statements, Change change, ChangeShape shape, string now)
    {
        if (statements.Execute(Updates.GetOrAdd(shape, Updating), change, now) == 0)
        {
            return false;
        }

        foreach (var what in change.Events)
        {
            statements.Execute(Events[Array.FindIndex(EventTables.All, table => table.Takes(what))], new Happened(change, what));
        }

        return true;
    }

    private static bool Remove(SqliteStatements statements, Change change)
    {
        if (statements.Execute(Removals[0], change) == 0)
        {
            return false;
        }

        foreach (var forgetting in Removals.AsSpan(1))
        {
            statements.Execute(forgetting, change);
        }

        return true;
    }

    /// <summary>Sets only the columns of the shape's sections: a column in SET costs an index entry even when its value stays.</summary>
    private static SqliteStatement<Change> Updating(ChangeShape shape)
    {
        Column<Change>[] written = [.. shape.Columns.Select(column => column.From<Change>(change => change.Next!))];
        var set = string.Join(", ", written.Select((column, place) => $"{column.Name} = ${place + Fence.Length}"));
        return new SqliteStatement<Change>(
            $"UPDATE devices SET {set}, updated_at = ${Fence.Length + written.Length} WHERE device_id = $0 AND revision = $1",
            [.. Fence, .. written], More: 1);
    }

    private static SqliteStatement<Happened> Insert(EventTable table) => SqliteStatement<Happened>.Insert(
        table.Name, table.Columns,
        table.Key.Count == 0
            ? ""
            : $"ON CONFLICT ({string.Join(", ", table.Key)}) DO UPDATE "
                + $"SET {string.Join(", ", table.Moving.Select(name => $"{name} = excluded.{name}"))}");

    private static string Names<T>(IEnumerable<Column<T>> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static string Places(int count) => string.Join(", ", Enumerable.Range(0, count).Select(place => "$" + place));

    private static Column<Change>[] Some(params string[] names) => [.. names.Select(name => OfRow.Single(column => column.Name == name))];
}
