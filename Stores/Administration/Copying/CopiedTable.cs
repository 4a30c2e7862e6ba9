using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Rollcall.Sqlite;

namespace Rollcall.Administration.Copying;

/// <summary>A column as PostgreSQL has it.</summary>
/// <param name="Type">As information_schema names it.</param>
internal sealed record CopiedColumn(string Name, string Type);

/// <summary>A table of PostgreSQL, and the query of SQLite that fills it.</summary>
/// <param name="Columns">In the order of the query's columns.</param>
/// <param name="Query">Ends with FROM and the table.</param>
internal sealed record CopiedTable(string Name, IReadOnlyList<CopiedColumn> Columns, string Query)
{
    /// <summary>Copies every row.</summary>
    /// <returns>How many.</returns>
    public async Task<long> CopyAsync(SqliteConnection source, NpgsqlConnection target, CancellationToken cancellation)
    {
        await using var read = source.CreateCommand();
        read.CommandText = Query;
        read.CommandTimeout = 0;
        await using var row = await read.ExecuteReaderAsync(cancellation);
        var names = string.Join(", ", Columns.Select(column => column.Name));
        await using var writer = await target.BeginBinaryImportAsync($"COPY {Name} ({names}) FROM STDIN (FORMAT BINARY)", cancellation);
        writer.Timeout = Timeout.InfiniteTimeSpan;
        while (await row.ReadAsync(cancellation))
        {
            await writer.StartRowAsync(cancellation);
            for (var place = 0; place < Columns.Count; place++)
            {
                await WriteAsync(writer, row, place, Columns[place], cancellation);
            }
        }

        return (long)await writer.CompleteAsync(cancellation);
    }

    private static Task WriteAsync(
        NpgsqlBinaryImporter writer, SqliteDataReader row, int place, CopiedColumn column, CancellationToken cancellation) => row.IsDBNull(place)
        ? writer.WriteNullAsync(cancellation)
        : column.Type switch
        {
            "text" => writer.WriteAsync(row.GetString(place), NpgsqlDbType.Text, cancellation),
            "json" => writer.WriteAsync(row.GetString(place), NpgsqlDbType.Json, cancellation),
            "jsonb" => writer.WriteAsync(row.GetString(place), NpgsqlDbType.Jsonb, cancellation),
            "smallint" => writer.WriteAsync(row.GetInt16(place), NpgsqlDbType.Smallint, cancellation),
            "integer" => writer.WriteAsync(row.GetInt32(place), NpgsqlDbType.Integer, cancellation),
            "bigint" => writer.WriteAsync(row.GetInt64(place), NpgsqlDbType.Bigint, cancellation),
            "double precision" => writer.WriteAsync(row.GetDouble(place), NpgsqlDbType.Double, cancellation),
            "boolean" => writer.WriteAsync(row.GetInt64(place) != 0, NpgsqlDbType.Boolean, cancellation),
            "bytea" => writer.WriteAsync(row.GetFieldValue<byte[]>(place), NpgsqlDbType.Bytea, cancellation),
            "timestamp with time zone" => writer.WriteAsync(
                SqliteRow.Time(row.GetString(place)).UtcDateTime, NpgsqlDbType.TimestampTz, cancellation),
            _ => throw new NotSupportedException(
                string.Create(CultureInfo.InvariantCulture, $"Column {column.Name} is {column.Type}, which is not copied.")),
        };
}
