using System.Buffers;
using System.Text;
using System.Text.Json;
using Npgsql;
using Rollcall.Devices;

namespace Rollcall.Postgres;

/// <summary>A row of <c>devices</c> as it is read.</summary>
internal static class PostgresRow
{
    // The longest that the shortest form of a double can be.
    private const int Longest = 24;

    public static DeviceRow Of(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2),
        new Profile(
            Text(row, 3), Text(row, 4), WireNames.Parse<DeviceMode>(row.GetString(5)), row.GetInt64(6), row.GetFieldValue<DateTimeOffset>(7),
            Text(row, 8), Text(row, 9), Time(row, 10), row.GetBoolean(11))
        {
            Former = Text(row, 27) is { } former && Time(row, 28) is { } replaced && Time(row, 29) is { } until
                ? new FormerSecret(former, replaced, until, row.IsDBNull(30) || row.GetBoolean(30)) : null,
        },
        SessionState.Of(row.GetInt64(12), Text(row, 13), Time(row, 21), Text(row, 24), row.IsDBNull(25) ? null : row.GetInt64(25), Time(row, 26)),
        new PresenceState(
            WireNames.Parse<DeviceStatus>(row.GetString(14)), Name<PresenceReason>(row, 15), row.GetFieldValue<DateTimeOffset>(16),
            Name<DeviceHealth>(row, 17), Time(row, 18), Text(row, 19) is { } metrics ? Compact(metrics) : null, row.GetInt64(20)))
    {
        Commands = new CommandState(row.GetInt32(22), row.GetInt64(23)),
    };

    public static Transition TransitionOf(NpgsqlDataReader row, int at) => new(
        row.GetInt64(at), WireNames.Parse<DeviceStatus>(row.GetString(at + 1)), WireNames.Parse<DeviceStatus>(row.GetString(at + 2)),
        WireNames.Parse<PresenceReason>(row.GetString(at + 3)), row.GetFieldValue<DateTimeOffset>(at + 4));

    /// <summary>jsonb writes a space after each colon, and 1e300 as a one with 300 zeros; a list has many rows.</summary>
    internal static string Compact(string json)
    {
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var metric in document.RootElement.EnumerateObject())
            {
                if (metric.Value.ValueKind == JsonValueKind.Number && metric.Value.GetRawText().Length > Longest)
                {
                    writer.WriteNumber(metric.Name, metric.Value.GetDouble());
                }
                else
                {
                    metric.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static T? Name<T>(NpgsqlDataReader row, int column) where T : struct, Enum =>
        Text(row, column) is { } name ? WireNames.Parse<T>(name) : null;

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
