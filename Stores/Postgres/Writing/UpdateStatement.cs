using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using Rollcall.Journal;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>
/// Writes all changes of one shape: each row at its base revision, and what happened only for rows that were. So no part of a change can be
/// stored without another.
/// </summary>
internal sealed class UpdateStatement : FlushStatement
{
    private static readonly ConcurrentDictionary<ChangeShape, UpdateStatement> Known = new();
    private readonly Column<Change>[] _columns;
    private readonly (EventTable Table, Column<Placed>[] Columns)[] _tables;
    private readonly string _sql;

    private UpdateStatement(ChangeShape shape)
    {
        var written = shape.Columns.ToArray();
        _columns = [.. Fence, .. written.Select(column => column.From<Change>(change => change.Next!)), .. shape.Counts ? CountColumns() : []];
        _tables = [.. shape.Tables.Select(table => (table, Placed.Columns(table)))];

        var sql = new StringBuilder($"""
            WITH given AS ({PostgresArrays.Table(List(_columns), 3, "place")}), stored AS (
                UPDATE devices d SET updated_at = $1, {string.Join(", ", written.Select(column => $"{column.Name} = given.{column.Name}"))}
                FROM given WHERE d.device_id = fenced_id AND d.revision = fenced_revision RETURNING given.place, d.customer_id
            )
            """);
        var first = 3 + _columns.Length;
        foreach (var (table, columns) in _tables)
        {
            sql.Append($", {table.Name}_given AS ({PostgresArrays.Table(List(columns), first, "nth")}), {table.Name}_written AS ({Insert(table)})");
            first += columns.Length;
        }

        if (shape.Counts)
        {
            var states = CountTable.States.Select(
                (state, number) => $"sum((state_next = {number})::int - (state_was = {number})::int) AS {state}");
            var moved = $"SELECT stored.customer_id, 0 AS devices_total, sum(online_more) AS devices_online, {string.Join(", ", states)} "
                + "FROM stored JOIN given USING (place) GROUP BY 1";
            sql.Append($", counted AS ({Counted(moved, "$2")})");
        }

        _sql = sql.Append(" SELECT place FROM stored WHERE $2 IS NOT NULL").ToString();
    }

    private static Column<Change>[] CountColumns() =>
    [
        Column<Change>.Number("online_more", change => change.Online),
        Column<Change>.Number("state_was", change => CountTable.Number(change.Base)),
        Column<Change>.Number("state_next", change => CountTable.Number(change.Next)),
    ];

    public static UpdateStatement Of(ChangeShape shape) => Known.GetOrAdd(shape, static shape => new UpdateStatement(shape));

    public override void Into(NpgsqlBatch batch, IReadOnlyList<Change> changes, DateTimeOffset now, short slot)
    {
        var command = new NpgsqlBatchCommand(_sql) { Parameters = { Time(now), Slot(slot) } };
        foreach (var column in _columns)
        {
            command.Parameters.Add(PostgresArrays.Of(column, changes));
        }

        foreach (var (table, columns) in _tables)
        {
            var events = Placed.Of(changes, table);
            foreach (var column in columns)
            {
                command.Parameters.Add(PostgresArrays.Of(column, events));
            }
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>In the order in which they happened: numbers that the table gives are in that order.</summary>
    private static string Insert(EventTable table)
    {
        var insert =
            $"INSERT INTO {table.Name} ({Names(table.Columns)}) SELECT {Names(table.Columns, "g.")} FROM {table.Name}_given g JOIN stored USING "
                + "(place) ORDER BY nth";
        return table.Key.Count == 0
            ? insert
            : $"{insert} ON CONFLICT ({string.Join(", ", table.Key)}) DO UPDATE "
                + $"SET {string.Join(", ", table.Moving.Select(name => $"{name} = excluded.{name}"))}";
    }

    /// <summary>An event, and the place of its change.</summary>
    private readonly record struct Placed(int Place, Happened Happened)
    {
        public static Column<Placed>[] Columns(EventTable table) =>
            [Column<Placed>.Number("place", one => one.Place), .. table.Columns.Select(column => column.From<Placed>(one => one.Happened))];

        public static List<Placed> Of(IReadOnlyList<Change> changes, EventTable table)
        {
            var events = new List<Placed>(changes.Count);
            for (var i = 0; i < changes.Count; i++)
            {
                foreach (var what in changes[i].Events)
                {
                    if (table.Takes(what))
                    {
                        events.Add(new Placed(i + 1, new Happened(changes[i], what)));
                    }
                }
            }

            return events;
        }
    }
}
