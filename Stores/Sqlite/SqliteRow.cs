using System.Globalization;
using Microsoft.Data.Sqlite;
using Rollcall.Devices;

namespace Rollcall.Sqlite;

/// <summary>A row of <c>devices</c>, there and back.</summary>
internal static class SqliteRow
{
    public const string Columns = """
        device_id, customer_id, revision, name, location, mode, profile_version, registered_at, credential, activation,
        activation_expires_at, activated, session_epoch, session_id, status, status_reason, status_since, health, last_seen,
        metrics, presence_seq, session_opened_at
        """;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static DeviceRow Of(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2),
        new Profile(
            Text(row, 3), Text(row, 4), WireNames.Parse<DeviceMode>(row.GetString(5)), row.GetInt64(6), Time(row.GetString(7)),
            Text(row, 8), Text(row, 9), Text(row, 10) is { } expires ? Time(expires) : null, row.GetInt64(11) != 0),
        new SessionState(row.GetInt64(12), Text(row, 13), Text(row, 21) is { } opened ? Time(opened) : null),
        new PresenceState(
            WireNames.Parse<DeviceStatus>(row.GetString(14)), Name<PresenceReason>(row, 15), Time(row.GetString(16)),
            Name<DeviceHealth>(row, 17), Text(row, 18) is { } seen ? Time(seen) : null, Text(row, 19), row.GetInt64(20)));

    /// <summary>What <c>q</c> of the list looks in. Folded here, because SQLite folds only ASCII.</summary>
    public static string Search(string deviceId, string? name) => $"{deviceId}\n{name}".ToLowerInvariant();

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time is { } value ? Time(value) : null;

    public static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static string? Name<T>(T? value) where T : struct, Enum => value is { } known ? WireNames.Of(known) : null;

    private static T? Name<T>(SqliteDataReader row, int column) where T : struct, Enum =>
        Text(row, column) is { } name ? WireNames.Parse<T>(name) : null;

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
