using System.Buffers;
using System.Text;
using System.Text.Json;
using Npgsql;
using Rollcall.Schema;

namespace Rollcall.Postgres.Reading;

/// <summary>A row of a PostgreSQL result.</summary>
/// <param name="next">The first column to read.</param>
internal sealed class PostgresRow(NpgsqlDataReader row, int next = 0) : RowReader
{
    // The longest that the shortest form of a double can be.
    private const int Longest = 24;
    private int _next = next;

    public override string Text() => row.GetString(_next++);

    public override string? TextOrNone() => IsNone() ? null : Text();

    public override string? JsonOrNone() => TextOrNone() is { } json ? Compact(json) : null;

    // Also of columns that are narrower.
    public override long Number() => row.GetInt64(_next++);

    public override long? NumberOrNone() => IsNone() ? null : Number();

    public override bool Flag() => row.GetBoolean(_next++);

    public override bool? FlagOrNone() => IsNone() ? null : Flag();

    public override DateTimeOffset Time() => row.GetFieldValue<DateTimeOffset>(_next++);

    public override DateTimeOffset? TimeOrNone() => IsNone() ? null : Time();

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

    private bool IsNone()
    {
        if (!row.IsDBNull(_next))
        {
            return false;
        }

        _next++;
        return true;
    }
}
