using Npgsql;

namespace Rollcall.Postgres.Reading;

/// <summary>One query, its values as <c>$1</c>, <c>$2</c> ..., its rows as a list.</summary>
internal static class Queries
{
    public static async Task<List<T>> AllAsync<T>(
        this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> map, IReadOnlyList<object> values, CancellationToken cancellation)
    {
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, IReadOnlyList<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
