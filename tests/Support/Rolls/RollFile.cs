using Microsoft.Data.Sqlite;

namespace Rollcall.Support.Rolls;

/// <summary>The gateway's file, read past it: what is in here survives.</summary>
public sealed class RollFile(string path) : IRoll
{
    public IReadOnlyList<StoredDevice> Devices() => Query(
        "SELECT device_id, status, status_reason, last_seen, json_extract(metrics, '$.n'), presence_seq FROM devices",
        row => new StoredDevice(row.GetString(0), row.GetString(1), Text(row, 2), Text(row, 3), row.IsDBNull(4) ? null : row.GetInt64(4),
            row.GetInt64(5)));

    public IReadOnlyList<StoredEvent> Events() => Query(
        "SELECT device_id, seq, from_status, to_status, reason, at FROM presence_events ORDER BY id",
        row => new StoredEvent(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetDateTimeOffset(5)));

    public (long Total, long Online) Counts() =>
        Query("SELECT sum(devices_total), sum(devices_online) FROM customers", row => (row.GetInt64(0), row.GetInt64(1)))[0];

    public IReadOnlyList<StoredCommand> Commands(string prefix) => Query(
        $"""
        SELECT device_id, number, id, status, error, acknowledged_at FROM commands
        WHERE substr(device_id, 1, {prefix.Length}) = '{prefix}' ORDER BY device_id, number
        """,
        row => new StoredCommand(
            row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), Text(row, 4), row.IsDBNull(5) ? null : row.GetDateTimeOffset(5)));

    public long Step() => Query("SELECT max(Version) FROM VersionInfo", row => row.GetInt64(0))[0];

    /// <summary>How many transitions a round has counted.</summary>
    public long Counted() => Query("SELECT coalesce(sum(events), 0) FROM event_counts", row => row.GetInt64(0))[0];

    /// <summary>All that it says of times was said so much earlier; nothing runs on it.</summary>
    public void Age(int days)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            UPDATE presence_events SET at = strftime('%Y-%m-%dT%H:%M:%fZ', at, '-{days} days');
            UPDATE clock_seen SET at = strftime('%Y-%m-%dT%H:%M:%fZ', at, '-{days} days');
            """;
        command.ExecuteNonQuery();
    }

    /// <summary>Keeps every other writer out until disposed.</summary>
    public IDisposable Lock()
    {
        var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();
        return connection;
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> map)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}
