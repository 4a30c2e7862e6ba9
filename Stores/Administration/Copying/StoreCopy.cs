using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Rollcall.Postgres.Connections;
using Rollcall.Sqlite;

namespace Rollcall.Administration.Copying;

/// <summary>
/// Copies the SQLite database into an empty PostgreSQL one: all in one transaction, so that a copy that is broken off, however, leaves
/// nothing there and can be started again.
/// </summary>
internal sealed class StoreCopy(string file, PostgresDatabase database, TextWriter output)
{
    /// <exception cref="SettingException">The target is not empty or cannot be reached; or the counts differ, and nothing is stored.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var source = SqliteConnections.Open(file);
        try
        {
            await using var target = new NpgsqlConnection(database.ConnectionString);
            await target.OpenAsync(cancellation);
            await PostgresSession.SetAsync(target);
            await SayAsync(target, "SET statement_timeout = 0", cancellation);
            await using var transaction = await target.BeginTransactionAsync(cancellation);
            var tables = await CopyPlan.FindAsync(source, target, cancellation);
            await RequireEmptyAsync(target, tables, cancellation);
            foreach (var table in CopyPlan.Replaced(tables))
            {
                await SayAsync(target, $"DELETE FROM {table}", cancellation);
            }

            var copied = 0L;
            foreach (var table in tables)
            {
                copied += await CopyAsync(table, source, target, cancellation);
            }

            await ContinueNumbersAsync(source, target, cancellation);
            await transaction.CommitAsync(cancellation);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Copied {copied} rows. The counts of all tables are equal."));
        }
        catch (Exception failed) when (failed is NpgsqlException or IOException)
        {
            throw new SettingException("--to", $"names a database that could not be written, and nothing is stored there: {Line(failed)}");
        }
    }

    /// <summary>No silo or second copy writes until this transaction ends.</summary>
    private static async Task RequireEmptyAsync(NpgsqlConnection target, IReadOnlyList<CopiedTable> tables, CancellationToken cancellation)
    {
        foreach (var table in CopyPlan.MustBeEmpty(tables))
        {
            await SayAsync(target, $"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE", cancellation);
            if (await CountAsync(target, table, cancellation) is > 0 and var rows)
            {
                throw new SettingException("--to",
                    $"names a database that is not empty: {table} has rows ({rows}). Take a new one; nothing was changed in this one.");
            }
        }
    }

    private async Task<long> CopyAsync(CopiedTable table, SqliteConnection source, NpgsqlConnection target, CancellationToken cancellation)
    {
        var rows = await table.CopyAsync(source, target, cancellation);
        await using var count = source.CreateCommand();
        count.CommandText = $"SELECT count(*) FROM ({table.Query})";
        var (there, here) = (Convert.ToInt64(await count.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture),
            await CountAsync(target, table.Name, cancellation));
        if (rows != there || here != there)
        {
            throw new SettingException("--to", $"would have {here} rows in {table.Name} where SQLite has {there}: nothing is stored.");
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rows,12}  {table.Name}"));
        return rows;
    }

    /// <summary>A number that was given once is never given again, also when its row is gone: it is a cursor of readers.</summary>
    private static async Task ContinueNumbersAsync(SqliteConnection source, NpgsqlConnection target, CancellationToken cancellation)
    {
        await using var read = source.CreateCommand();
        read.CommandText = "SELECT name, seq FROM sqlite_sequence WHERE seq > 0";
        await using var row = await read.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            await using var set = new NpgsqlCommand("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", target)
            {
                Parameters = { new() { Value = row.GetString(0) }, new() { Value = row.GetInt64(1) } },
            };
            await set.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task<long> CountAsync(NpgsqlConnection target, string table, CancellationToken cancellation)
    {
        await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table}", target) { CommandTimeout = 0 };
        return (long)(await count.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task SayAsync(NpgsqlConnection target, string sql, CancellationToken cancellation)
    {
        await using var say = new NpgsqlCommand(sql, target) { CommandTimeout = 0 };
        await say.ExecuteNonQueryAsync(cancellation);
    }

    private static string Line(Exception failed) => failed.Message.ReplaceLineEndings(" ");
}
