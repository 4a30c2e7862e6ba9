using Npgsql;
using Rollcall.Journal;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>
/// Creates devices whose ids are free. A retry, as after a lost answer, finds its own row by the revision, and counts it as created.
/// </summary>
internal sealed class CreateStatement : FlushStatement
{
    public static readonly CreateStatement Instance = new();

    private static readonly Column<Change>[] Columns = [.. DeviceTable.All.Select(column => column.From<Change>(change => change.Next!))];

    private static readonly Column<Change>[] Owner = Some("customer_id", "registered_at");

    private static readonly Column<Change>[] Made = Some("device_id", "revision");

    private static readonly string Customers = $"""
        INSERT INTO customers (customer_id, created_at)
        SELECT customer_id, min(registered_at) FROM ({PostgresArrays.Table(List(Owner), 1, "place")}) given GROUP BY customer_id ORDER BY customer_id
        ON CONFLICT (customer_id) DO NOTHING
        """;

    // In the order of ids, so that two transactions with the same ids cannot deadlock.
    private static readonly string Devices = $"""
        WITH made AS (
            INSERT INTO devices ({Names(Columns)}, updated_at)
            SELECT {Names(Columns)}, registered_at FROM ({PostgresArrays.Table(List(Columns), 2, "place")}) given ORDER BY device_id, place
            ON CONFLICT (device_id) DO NOTHING RETURNING customer_id, status, {CountTable.StateOf} AS state
        )
        {Counted($"SELECT customer_id, {CountTable.Counted()} FROM made GROUP BY 1", "$1")}
        """;

    // A separate statement has a new snapshot: after the insert, which waited for an open transaction.
    private static readonly string There = $"""
        SELECT place FROM ({PostgresArrays.Table(List(Made), 1, "place")}) given JOIN devices USING (device_id, revision)
        """;

    public override void Into(NpgsqlBatch batch, IReadOnlyList<Change> changes, DateTimeOffset now, short slot)
    {
        batch.BatchCommands.Add(With(new NpgsqlBatchCommand(Customers), Owner, changes));
        batch.BatchCommands.Add(With(new NpgsqlBatchCommand(Devices) { Parameters = { Slot(slot) } }, Columns, changes));
        batch.BatchCommands.Add(With(new NpgsqlBatchCommand(There), Made, changes));
    }

    private static NpgsqlBatchCommand With(NpgsqlBatchCommand command, Column<Change>[] columns, IReadOnlyList<Change> changes)
    {
        foreach (var column in columns)
        {
            command.Parameters.Add(PostgresArrays.Of(column, changes));
        }

        return command;
    }

    private static Column<Change>[] Some(params string[] names) => [.. names.Select(name => Columns.Single(column => column.Name == name))];
}
