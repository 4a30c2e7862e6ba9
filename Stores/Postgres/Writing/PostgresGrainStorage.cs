using Npgsql;
using Orleans.Storage;
using Rollcall.Postgres.Connections;
using Rollcall.Postgres.Reading;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>The grain storage in the cluster's database. A write is one statement, and with its facts still one way there and back.</summary>
internal sealed class PostgresGrainStorage(PostgresPool pool, IGrainStorageSerializer serializer, FactTables tables) : StateStorage(serializer)
{
    private const string OfGrain = "service_id = $1 AND state_name = $2 AND grain_key = $3";

    protected override async Task<StateRow?> ReadAsync(StateKey key, CancellationToken timeout)
    {
        var found = await pool.ReadAsync(
            connection => connection.AllAsync(
                $"SELECT version, payload FROM grain_state WHERE {OfGrain}",
                row => new StateRow(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)),
                [Deployment.ServiceId, key.StateName, key.GrainKey], timeout),
            timeout);
        return found is [var row] ? row : null;
    }

    protected override Task<bool> WriteAsync(StateChange change, CancellationToken timeout)
    {
        var statement = new StateStatement(change, tables.ByTable(change.Facts));
        return pool.WriteAsync(
            async connection =>
            {
                await using var batch = new NpgsqlBatch(connection);
                return await statement.ExecuteAsync(batch, timeout);
            },
            timeout);
    }
}
