using Microsoft.Data.Sqlite;
using Npgsql;

namespace Rollcall.Administration.Copying;

/// <summary>Which tables are copied, found in both stores: a table that a later step adds to both needs no line here.</summary>
internal static class CopyPlan
{
    /// <summary>Counted in the customers' rows by SQLite, in slots of its writers by PostgreSQL.</summary>
    private const string Customers = "customers", Counts = "customer_counts", Slot = "slot";

    /// <summary>A library's own; each store has them from its steps.</summary>
    private static readonly string[] OfLibraries = ["OrleansQuery", "VersionInfo"];

    /// <summary>One row that the steps write, and that the copied one replaces.</summary>
    private static readonly string[] Singles = ["clock_seen", "event_counted"];

    /// <summary>Not in SQLite, and yet nobody may have written there.</summary>
    private static readonly string[] OfClusters = ["reminders"];

    /// <summary>The tables in the order in which they are copied: what others refer to comes first.</summary>
    /// <exception cref="InvalidOperationException">Something has no place in PostgreSQL: it would be lost without a word.</exception>
    public static async Task<IReadOnlyList<CopiedTable>> FindAsync(SqliteConnection source, NpgsqlConnection target, CancellationToken cancellation)
    {
        var places = await ColumnsAsync(target, cancellation);
        var tables = new List<CopiedTable>();
        foreach (var name in Names(source).OrderBy(name => name == Customers ? 0 : name == "devices" ? 1 : 2).ThenBy(name => name))
        {
            var columns = Names(source, name);
            CopiedTable[] filled = name == Customers
                ? [Of(name, places, columns), Of(Counts, places, columns, $"0 AS {Slot}")] : [Of(name, places, columns)];
            if (columns.Except(filled.SelectMany(table => table.Columns).Select(column => column.Name)).FirstOrDefault() is { } lost)
            {
                throw new InvalidOperationException($"PostgreSQL has no place for {name}.{lost}.");
            }

            tables.AddRange(filled);
        }

        return tables;
    }

    /// <summary>Every table in which a row would mean that the target is in use.</summary>
    public static IEnumerable<string> MustBeEmpty(IReadOnlyList<CopiedTable> tables) =>
        tables.Select(table => table.Name).Except(Singles).Concat(OfClusters);

    /// <summary>What is emptied before: the rows of an empty store.</summary>
    public static IEnumerable<string> Replaced(IReadOnlyList<CopiedTable> tables) => tables.Select(table => table.Name).Intersect(Singles);

    private static CopiedTable Of(string name, Dictionary<string, CopiedColumn[]> places, string[] columns, params string[] added)
    {
        if (!places.TryGetValue(name, out var known))
        {
            throw new InvalidOperationException($"PostgreSQL has no table {name}.");
        }

        CopiedColumn[] copied = [.. known.Where(column => columns.Contains(column.Name) || (added.Length > 0 && column.Name == Slot))];
        var names = copied.Select(column => column.Name == Slot && added.Length > 0 ? added[0] : column.Name);
        return new CopiedTable(name, copied, $"SELECT {string.Join(", ", names)} FROM {(name == Counts ? Customers : name)}");
    }

    private static string[] Names(SqliteConnection source) =>
        [.. Ask(source, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").Except(OfLibraries)];

    private static string[] Names(SqliteConnection source, string table) => Ask(source, $"SELECT name FROM pragma_table_info('{table}')");

    private static string[] Ask(SqliteConnection source, string sql)
    {
        using var command = source.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return [.. names];
    }

    private static async Task<Dictionary<string, CopiedColumn[]>> ColumnsAsync(NpgsqlConnection target, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns "
                + "WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position",
            target);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var columns = new List<(string Table, CopiedColumn Column)>();
        while (await reader.ReadAsync(cancellation))
        {
            columns.Add((reader.GetString(0), new CopiedColumn(reader.GetString(1), reader.GetString(2))));
        }

        return columns.GroupBy(one => one.Table).ToDictionary(table => table.Key, table => table.Select(one => one.Column).ToArray());
    }
}
