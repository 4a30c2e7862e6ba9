using Rollcall.Fleet;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

/// <summary>How many devices each customer has, kept in its row, so that rows never have to be counted for it.</summary>
internal static class SqliteCounts
{
    private static readonly string Adding = $"UPDATE customers SET {string.Join(
        ", ", CountTable.Columns.Select((column, place) => $"{column} = {column} + ${place + 1}"))} WHERE customer_id = $0";

    private static readonly string Reading = $"SELECT {CountTable.Each("@")} FROM customers WHERE customer_id = $0";

    private static readonly string Comparing = $"""
        WITH actual AS (
            SELECT customer_id, {CountTable.Counted()} FROM (SELECT customer_id, status, {CountTable.StateOf} AS state FROM devices) GROUP BY 1
        ), compared AS (
            SELECT c.customer_id, {CountTable.Each("coalesce(actual.@, 0) - c.@ AS @")} FROM customers c LEFT JOIN actual USING (customer_id)
        )
        SELECT customer_id, {CountTable.Each("@")} FROM compared WHERE {CountTable.Each("@ <> 0", " OR ")} ORDER BY 1
        """;

    /// <summary>Adds to the counts of customers.</summary>
    public static void Add(SqliteStatements statements, IEnumerable<KeyValuePair<string, long[]>> changes)
    {
        foreach (var (customer, columns) in changes)
        {
            if (columns.AsSpan().ContainsAnyExcept(0))
            {
                statements.Execute(Adding, [customer, .. columns]);
            }
        }
    }

    public static Counts Of(SqliteStatements statements, string customerId) =>
        SqliteRow.All(statements.Query(Reading, customerId), row => CountTable.Read(row.GetInt64)) is [var counts]
            ? counts : CountTable.Read(_ => 0);

    /// <summary>By how much the counts of customers are wrong, in one snapshot.</summary>
    public static Dictionary<string, long[]> Compare(SqliteStatements statements) => SqliteRow.All(
        statements.Query(Comparing),
        row => (Customer: row.GetString(0), Columns: (long[])[.. CountTable.Columns.Select((_, place) => row.GetInt64(place + 1))]))
        .ToDictionary(one => one.Customer, one => one.Columns);
}
