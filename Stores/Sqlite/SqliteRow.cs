using System.Globalization;
using Microsoft.Data.Sqlite;
using Rollcall.Devices;

namespace Rollcall.Sqlite;

/// <summary>A row of <c>devices</c>, there and back.</summary>
internal static class SqliteRow
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static DeviceRow Of(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2),
        new Profile(
            Text(row, 3), Text(row, 4), WireNames.Parse<DeviceMode>(row.GetString(5)), row.GetInt64(6), Time(row.GetString(7)),
            Text(row, 8), Text(row, 9), TimeOrNone(row, 10), row.GetInt64(11) != 0)
        {
            Former = Text(row, 27) is { } former && TimeOrNone(row, 28) is { } replaced && TimeOrNone(row, 29) is { } until
                ? new FormerSecret(former, replaced, until, row.IsDBNull(30) || row.GetInt64(30) != 0) : null,
        },
        SessionState.Of(row.GetInt64(12), Text(row, 13), TimeOrNone(row, 21), Text(row, 24), row.IsDBNull(25) ? null : row.GetInt64(25), TimeOrNone(row, 26)),
        new PresenceState(
            WireNames.Parse<DeviceStatus>(row.GetString(14)), Name<PresenceReason>(row, 15), Time(row.GetString(16)),
            Name<DeviceHealth>(row, 17), TimeOrNone(row, 18), Text(row, 19), row.GetInt64(20)))
    {
        Commands = new CommandState(row.GetInt32(22), row.GetInt64(23)),
    };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time is { } value ? Time(value) : null;

    public static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static DateTimeOffset? TimeOrNone(SqliteDataReader row, int column) => Text(row, column) is { } time ? Time(time) : null;

    public static string? Name<T>(T? value) where T : struct, Enum => value is { } known ? WireNames.Of(known) : null;

    private static T? Name<T>(SqliteDataReader row, int column) where T : struct, Enum =>
        Text(row, column) is { } name ? WireNames.Parse<T>(name) : null;

    public static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>All rows of a query, which ends with it.</summary>
    public static List<T> All<T>(SqliteDataReader reader, Func<SqliteDataReader, T> map)
    {
        using (reader)
        {
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(map(reader));
            }

            return rows;
        }
    }
}
