using Orleans.Storage;
using Rollcall.Facts;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

/// <summary>
/// The grain storage in the embedded mode's file. It uses the one writer: a connection of its own would wait for the journal's in steps of
/// 150 ms, and give up in the end.
/// </summary>
internal sealed class SqliteGrainStorage(SqliteWriter writer, SqliteReaders readers, IGrainStorageSerializer serializer, FactTables tables)
    : StateStorage(serializer)
{
    private const string OfGrain = "service_id = $0 AND state_name = $1 AND grain_key = $2";

    private const string Insert = """
        INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, written_at)
        VALUES ($0, $1, $2, 1, $3, strftime('%Y-%m-%dT%H:%M:%fZ')) ON CONFLICT DO NOTHING
        """;

    private const string Update = $"""
        UPDATE grain_state SET version = version + 1, payload = $3, written_at = strftime('%Y-%m-%dT%H:%M:%fZ')
        WHERE {OfGrain} AND version = $4
        """;

    private const string Delete = $"DELETE FROM grain_state WHERE {OfGrain} AND version = $3";

    protected override Task<StateRow?> ReadAsync(StateKey key, CancellationToken timeout) => readers.ReadAsync<StateRow?>(
        statements =>
        {
            using var row = statements.Query(
                $"SELECT version, payload FROM grain_state WHERE {OfGrain}", Deployment.ServiceId, key.StateName, key.GrainKey);
            return row.Read() ? new StateRow(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)) : null;
        },
        timeout);

    protected override Task<bool> WriteAsync(StateChange change, CancellationToken timeout)
    {
        var facts = tables.ByTable(change.Facts);
        return writer.WriteAsync(statements => Write(statements, change, facts), timeout);
    }

    private static bool Write(SqliteStatements statements, StateChange change, IReadOnlyList<(FactTable Table, IReadOnlyList<Fact> Facts)> facts)
    {
        if (WriteRow(statements, change) == 0)
        {
            return false;
        }

        foreach (var (table, ofTable) in facts)
        {
            var insert = SqliteStatement<Fact>.Insert(table.Name, table.Columns);
            foreach (var fact in ofTable)
            {
                statements.Execute(insert, fact);
            }
        }

        return true;
    }

    private static int WriteRow(SqliteStatements statements, StateChange change)
    {
        var (service, name, key) = (Deployment.ServiceId, change.Key.StateName, change.Key.GrainKey);
        return change switch
        {
            { Next: null } => statements.Execute(Delete, service, name, key, change.Base),
            { Base: null } => statements.Execute(Insert, service, name, key, change.Next),
            _ => statements.Execute(Update, service, name, key, change.Next, change.Base),
        };
    }
}
