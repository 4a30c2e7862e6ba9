using Rollcall.Schema;

namespace Rollcall.Postgres.Reading;

/// <summary>
/// Filters for PostgreSQL. A statement is planned for its very values: few devices are offline, many online, and that is another index.
/// </summary>
internal sealed class PostgresFilters : FilterDialect
{
    public static readonly PostgresFilters Instance = new();

    public override string Placeholder(int index) => "$" + (index + 1);

    public override (string Sql, object Value) OneOf(string column, string placeholder, string[] values) =>
        values is [var one] ? ($"{column} = {placeholder}", one) : ($"{column} = ANY({placeholder})", values);

    public override string Contains(string column, string placeholder) => $"strpos({column}, {placeholder}) > 0";
}
