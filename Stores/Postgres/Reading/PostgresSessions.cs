using Rollcall.Devices;
using Rollcall.Postgres.Connections;
using Rollcall.Schema;

namespace Rollcall.Postgres.Reading;

/// <summary>Lists the open sessions, for their hints in Redis.</summary>
internal sealed class PostgresSessions(PostgresPool pool)
{
    /// <summary>Devices with a session, in force or next, by ascending id.</summary>
    public Task<IReadOnlyList<DeviceRow>> OpenAsync(string after, int limit, CancellationToken cancellation) =>
        pool.ReadAsync<IReadOnlyList<DeviceRow>>(
        async connection => await connection.AllAsync(
            $"SELECT {DeviceTable.Columns} FROM devices WHERE device_id > $1 AND (session_id IS NOT NULL OR next_session_epoch = session_epoch) "
                + "ORDER BY device_id LIMIT $2",
            row => DeviceTable.Read(new PostgresRow(row)), [after, limit], cancellation),
        cancellation);
}
