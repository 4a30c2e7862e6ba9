using Npgsql;
using Rollcall.Support.Rolls;

namespace Rollcall.Running;

/// <summary>The cluster's database, read past the silos.</summary>
internal sealed class ClusterRoll(string connectionString) : IRoll, IDisposable
{
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create($"{connectionString};Pooling=false");

    public IReadOnlyList<StoredDevice> Devices() => Query(
        "SELECT device_id, status, status_reason, to_char(last_seen AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), "
            + "(metrics->>'n')::bigint, presence_seq FROM devices",
        row => new StoredDevice(row.GetString(0), row.GetString(1), Text(row, 2), Text(row, 3), row.IsDBNull(4) ? null : row.GetInt64(4),
            row.GetInt64(5)));

    public IReadOnlyList<StoredEvent> Events() => Query(
        "SELECT device_id, seq, from_status, to_status, reason, at FROM presence_events ORDER BY device_id, seq",
        row => new StoredEvent(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4),
            row.GetFieldValue<DateTimeOffset>(5)));

    public (long Total, long Online) Counts() =>
        Query("SELECT sum(devices_total)::bigint, sum(devices_online)::bigint FROM customer_counts", row => (row.GetInt64(0), row.GetInt64(1)))[0];

    /// <summary>The keys that Redis should have for sessions. The tables of before have no next sessions.</summary>
    public IReadOnlyList<string> Sessions() => Query(
        """
        SELECT session_id FROM devices WHERE session_id IS NOT NULL
        UNION ALL SELECT device->>'next_session_id' FROM (SELECT to_jsonb(devices) FROM devices) AS rows (device)
        WHERE device->'next_session_epoch' = device->'session_epoch'
        """,
        row => row.GetString(0));

    public long Step() => Query("SELECT max(\"Version\") FROM \"VersionInfo\"", row => row.GetInt64(0))[0];

    /// <summary>How many devices whose ids begin so have a secret whose stored form does not last.</summary>
    public long Weak(string prefix) =>
        Query($"SELECT count(*) FROM devices WHERE substr(credential, 1, 12) = 'weak-sha256:' AND starts_with(device_id, '{prefix}')",
            row => row.GetInt64(0))[0];

    public IReadOnlyList<StoredCommand> Commands(string prefix) => Query(
        $"SELECT device_id, number, id, status, error, acknowledged_at FROM commands WHERE starts_with(device_id, '{prefix}') ORDER BY "
            + "device_id, number",
        row => new StoredCommand(
            row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), Text(row, 4),
            row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5)));

    public void Dispose() => _database.Dispose();

    private List<T> Query<T>(string sql, Func<NpgsqlDataReader, T> map)
    {
        using var command = _database.CreateCommand(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
