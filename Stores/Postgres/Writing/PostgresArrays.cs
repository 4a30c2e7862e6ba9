using Npgsql;
using NpgsqlTypes;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>Columns of many rows as arrays: each one parameter on the wire, and in the statement a column of a table.</summary>
internal static class PostgresArrays
{
    /// <summary>The values of a column, one a source.</summary>
    public static NpgsqlParameter Of<T>(Column<T> column, IReadOnlyList<T> sources)
    {
        switch (column)
        {
            case Column<T, string?> text:
                return Array(TypeOf(column), sources, text.Of);
            case Column<T, long?> number:
                return Array(TypeOf(column), sources, number.Of);
            case Column<T, bool> flag:
                return Array(TypeOf(column), sources, flag.Of);
            case Column<T, DateTimeOffset?> time:
                return Array<T, DateTime?>(TypeOf(column), sources, source => time.Of(source)?.UtcDateTime);
            default:
                throw new NotSupportedException($"{column.Name} holds what is not written.");
        }
    }

    /// <summary>
    /// The parameters from <paramref name="first"/> as a table of these columns, and <paramref name="place"/>: a row's place from 1.
    /// </summary>
    public static string Table(IReadOnlyList<string> columns, int first, string place) => $"""
        SELECT * FROM unnest({string.Join(", ", columns.Select((_, i) => "$" + (first + i)))})
            WITH ORDINALITY AS g ({string.Join(", ", columns)}, {place})
        """;

    private static NpgsqlDbType TypeOf<T>(Column<T> column) => column.Type switch
    {
        ColumnType.Text => NpgsqlDbType.Text,
        ColumnType.Json => NpgsqlDbType.Jsonb,
        ColumnType.VerbatimJson => NpgsqlDbType.Json,
        ColumnType.Number => NpgsqlDbType.Bigint,
        ColumnType.Flag => NpgsqlDbType.Boolean,
        _ => NpgsqlDbType.TimestampTz,
    };

    private static NpgsqlParameter<TValue[]> Array<T, TValue>(NpgsqlDbType type, IReadOnlyList<T> sources, Func<T, TValue> value)
    {
        var values = new TValue[sources.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(sources[i]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}
