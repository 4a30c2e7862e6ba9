using System.Text.Json;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

/// <summary>
/// Filters for SQLite. A list is one value, so that there are as few statements to prepare as there are combinations of conditions.
/// </summary>
internal sealed class SqliteFilters : FilterDialect
{
    public static readonly SqliteFilters Instance = new();

    public override string Placeholder(int index) => "$" + index;

    public override (string Sql, object Value) OneOf(string column, string placeholder, string[] values) => values is [var one]
        ? ($"{column} = {placeholder}", one)
        : ($"{column} IN (SELECT value FROM json_each({placeholder}))", JsonSerializer.Serialize(values));

    public override string Contains(string column, string placeholder) => $"instr({column}, {placeholder}) > 0";
}
