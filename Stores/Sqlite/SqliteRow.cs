using System.Globalization;
using Microsoft.Data.Sqlite;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

/// <summary>A row of a SQLite result, and how values are stored: times as text of fixed width in UTC, which sorts; flags as 0 and 1.</summary>
/// <param name="next">The first column to read.</param>
internal sealed class SqliteRow(SqliteDataReader row, int next = 0) : RowReader
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private int _next = next;

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time is { } value ? Time(value) : null;

    public static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static string? Name<T>(T? value) where T : struct, Enum => value is { } known ? WireNames.Of(known) : null;

    /// <summary>The value of a column as it is stored.</summary>
    public static object? Value<T>(Column<T> column, T source) => column switch
    {
        Column<T, string?> text => text.Of(source),
        Column<T, long?> number => number.Of(source),
        Column<T, bool> flag => flag.Of(source) ? 1 : 0,
        Column<T, DateTimeOffset?> time => Time(time.Of(source)),
        _ => throw new NotSupportedException($"{column.Name} holds what is not written."),
    };

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

    public override string Text() => row.GetString(_next++);

    public override string? TextOrNone() => IsNone() ? null : Text();

    public override string? JsonOrNone() => TextOrNone();

    public override long Number() => row.GetInt64(_next++);

    public override long? NumberOrNone() => IsNone() ? null : Number();

    public override bool Flag() => Number() != 0;

    public override bool? FlagOrNone() => NumberOrNone() is { } flag ? flag != 0 : null;

    public override DateTimeOffset Time() => Time(Text());

    public override DateTimeOffset? TimeOrNone() => TextOrNone() is { } time ? Time(time) : null;

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
