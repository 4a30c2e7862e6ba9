using Npgsql;
using Rollcall.Facts;
using Rollcall.Postgres.Connections;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>Writes a grain's state at its base version, and its facts only if it was. So neither can be stored without the other.</summary>
internal sealed class StateStatement(StateChange change, IReadOnlyList<(FactTable Table, IReadOnlyList<Fact> Facts)> facts)
{
    private const string OfGrain = "service_id = $1 AND state_name = $2 AND grain_key = $3";

    private const string Insert = """
        INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, written_at) VALUES ($1, $2, $3, 1, $4, now())
        ON CONFLICT (service_id, state_name, grain_key) DO NOTHING
        """;

    private const string Update =
        $"UPDATE grain_state SET version = version + 1, payload = $4, written_at = now() WHERE {OfGrain} AND version = $5";

    private const string Delete = $"DELETE FROM grain_state WHERE {OfGrain} AND version = $4";

    /// <summary>Sends it as a batch, and reads to its end, where the server confirms the commit.</summary>
    /// <returns>False: the row has another version.</returns>
    public async Task<bool> ExecuteAsync(NpgsqlBatch batch, CancellationToken cancellation)
    {
        if (facts.Count > 0)
        {
            // Facts are for readers who go through them in the order of their numbers.
            batch.BatchCommands.Add(new NpgsqlBatchCommand(LogHighWatermark.Mark));
        }

        batch.BatchCommands.Add(Command());
        await using var reader = await batch.FirstAnswerAsync(cancellation);
        if (facts.Count > 0)
        {
            await reader.NextResultAsync(cancellation);
        }

        var stored = await reader.ReadAsync(cancellation) && reader.GetInt64(0) == 1;
        await reader.NextResultAsync(cancellation);
        return stored;
    }

    private NpgsqlBatchCommand Command()
    {
        var (row, values) = Row();
        var command = new NpgsqlBatchCommand();
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        command.CommandText = $"WITH stored AS ({row} RETURNING 1)";
        foreach (var (table, ofTable) in facts)
        {
            var names = table.Columns.Select(column => column.Name).ToArray();
            var (all, given) = (string.Join(", ", names), PostgresArrays.Table(names, command.Parameters.Count + 1, "place"));
            command.CommandText += $"""
                , {table.Name}_written AS (
                    INSERT INTO {table.Name} ({all}) SELECT {all} FROM ({given}) given WHERE EXISTS (SELECT 1 FROM stored) ORDER BY place
                )
                """;
            foreach (var column in table.Columns)
            {
                command.Parameters.Add(PostgresArrays.Of(column, ofTable));
            }
        }

        command.CommandText += " SELECT count(*) FROM stored";
        return command;
    }

    private (string Sql, object[] Values) Row()
    {
        var (service, name, key) = (Deployment.ServiceId, change.Key.StateName, change.Key.GrainKey);
        return change switch
        {
            { Next: null } => (Delete, [service, name, key, OrNone(change.Base)]),
            { Base: { } version, Next: { } next } => (Update, [service, name, key, next, version]),
            { Next: { } first } => (Insert, [service, name, key, first]),
        };

        // A null version is met by no row.
        static object OrNone(long? version) => version is { } known ? known : DBNull.Value;
    }
}
