using Npgsql;
using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Postgres.Connections;
using Rollcall.Postgres.Reading;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>The journal's store in PostgreSQL: every flush is one batch of a few statements over arrays, one way there and back.</summary>
internal sealed class PostgresDeviceStore(PostgresWriter writer, PostgresPool pool, CountSlot slot, TimeProvider clock) : IDeviceStore
{
    public Task<bool[]> WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        var flush = new Flush(changes, ClockReading.WallNow(clock), slot.Number);
        return writer.WriteAsync(
            async connection =>
            {
                await using var batch = flush.Into(new NpgsqlBatch(connection));
                return await flush.ExecuteAsync(batch);
            },
            cancellation);
    }

    public Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation) =>
        pool.ReadAsync<IReadOnlyList<DeviceRow>>(
        async connection => await connection.AllAsync(
            $"SELECT {DeviceTable.Columns} FROM devices WHERE device_id = ANY($1)", row => DeviceTable.Read(new PostgresRow(row)),
            [deviceIds as string[] ?? [.. deviceIds]], cancellation),
        cancellation);

    public Task ProbeAsync(CancellationToken cancellation) => writer.ProbeAsync(cancellation);
}
