using Rollcall.Devices;

namespace Rollcall.Postgres;

/// <summary>The sessions that are open, for what is said of them elsewhere.</summary>
internal sealed class PostgresSessions(PostgresPool pool)
{
    /// <summary>Devices with a session, by ascending id.</summary>
    public Task<IReadOnlyList<DeviceRow>> OpenAsync(string after, int limit, CancellationToken cancellation) => pool.ReadAsync<IReadOnlyList<DeviceRow>>(
        async connection => await connection.AllAsync(
            $"SELECT {DeviceColumns.All} FROM devices WHERE device_id > $1 AND session_id IS NOT NULL ORDER BY device_id LIMIT $2",
            PostgresRow.Of, [after, limit], cancellation),
        cancellation);
}
