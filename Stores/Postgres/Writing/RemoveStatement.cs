using Npgsql;
using Rollcall.Journal;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>Removes devices at their base revisions, with their events.</summary>
internal sealed class RemoveStatement : FlushStatement
{
    public static readonly RemoveStatement Instance = new();

    private static readonly string Left = $"SELECT customer_id, {CountTable.Counted("-")} FROM stored GROUP BY 1";

    private static readonly string Sql = $"""
        WITH given AS ({PostgresArrays.Table(List(Fence), 2, "place")}), stored AS (
            DELETE FROM devices d USING given WHERE d.device_id = fenced_id AND d.revision = fenced_revision
            RETURNING given.place, d.device_id, d.customer_id, d.status, {CountTable.StateOf} AS state
        ), {string.Join(", ", EventTables.All.Select(Gone))},
        counted AS ({Counted(Left, "$1")})
        SELECT place FROM stored
        """;

    public override void Into(NpgsqlBatch batch, IReadOnlyList<Change> changes, DateTimeOffset now, short slot)
    {
        var command = new NpgsqlBatchCommand(Sql) { Parameters = { Slot(slot) } };
        foreach (var column in Fence)
        {
            command.Parameters.Add(PostgresArrays.Of(column, changes));
        }

        batch.BatchCommands.Add(command);
    }

    private static string Gone(EventTable table) =>
        $"{table.Name}_gone AS (DELETE FROM {table.Name} e USING stored WHERE e.device_id = stored.device_id)";
}
