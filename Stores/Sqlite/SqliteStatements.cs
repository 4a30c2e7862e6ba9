using Microsoft.Data.Sqlite;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

/// <summary>A statement whose values are columns of what is written.</summary>
/// <param name="Columns"><c>$0</c>, <c>$1</c> ...</param>
/// <param name="More">Values after them, which do not come from what is written.</param>
internal sealed record SqliteStatement<T>(string Sql, Column<T>[] Columns, int More = 0)
{
    /// <summary>Inserts a row of these columns.</summary>
    public static SqliteStatement<T> Insert(string table, IReadOnlyList<Column<T>> columns, string onConflict = "") => new(
        $"""
        INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))})
        VALUES ({string.Join(", ", columns.Select((_, place) => $"${place}"))}) {onConflict}
        """,
        [.. columns]);
}

/// <summary>Statements of one connection, prepared once: otherwise most of a small write's time would be spent on parsing.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    /// <summary>The transaction that statements run in; the writer sets it.</summary>
    public SqliteTransaction? Transaction { get; set; }

    /// <summary>Runs a statement with its values (<c>$0</c>, <c>$1</c> ...).</summary>
    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>Runs a statement with the values that its columns take from <paramref name="source"/>, and then these.</summary>
    /// <returns>Rows changed.</returns>
    public int Execute<T>(SqliteStatement<T> statement, T source, params ReadOnlySpan<object?> more)
    {
        var (columns, command) = (statement.Columns, Prepared(statement.Sql, statement.Columns.Length + statement.More));
        for (var i = 0; i < columns.Length; i++)
        {
            command.Parameters[i].Value = SqliteRow.Value(columns[i], source) ?? DBNull.Value;
        }

        for (var i = 0; i < more.Length; i++)
        {
            command.Parameters[columns.Length + i].Value = more[i] ?? DBNull.Value;
        }

        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a query with its values; the caller disposes the reader.</summary>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteReader();

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _prepared.Clear();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        var command = Prepared(sql, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    private SqliteCommand Prepared(string sql, int values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            _prepared[sql] = command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values; i++)
            {
                command.Parameters.Add(new SqliteParameter("$" + i, null));
            }
        }

        command.Transaction = Transaction;
        return command;
    }
}
