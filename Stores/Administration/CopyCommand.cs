using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Rollcall.Administration.Copying;
using Rollcall.Migrations;
using Rollcall.Postgres.Connections;
using Rollcall.Sqlite;

namespace Rollcall.Administration;

/// <summary><c>copy --to DATABASE_URL</c>: from SQLite to PostgreSQL, when one machine is not enough any more.</summary>
internal static class CopyCommand
{
    public static Command Create(IConfiguration configuration)
    {
        var to = new Option<string?>("--to") {
            Description = "An empty PostgreSQL database, postgres://user:password@host/database; default: DATABASE_URL, which `ps` does not show." };
        var copy = new Command("copy",
            "Copy the SQLite database of DATA_DIR into an empty PostgreSQL database, while the gateway is stopped. A copy that is interrupted leaves "
                + "nothing behind: start it again.") { to };
        copy.SetAction((parsed, stop) => RunAsync(configuration, parsed.GetValue(to), stop));
        return copy;
    }

    private static async Task RunAsync(IConfiguration configuration, string? to, CancellationToken stop)
    {
        var url = to ?? configuration.Text("DATABASE_URL")
            ?? throw new SettingException("--to", "must name the PostgreSQL database: postgres://user:password@host/database.");
        var folder = DataDirectory.Resolve(configuration.Text("DATA_DIR"));
        if (!File.Exists(DataDirectory.DatabaseIn(folder)))
        {
            throw new SettingException("DATA_DIR", $"has no database: {DataDirectory.DatabaseIn(folder)} does not exist.");
        }

        // Its lock says that no gateway runs, and that none starts meanwhile.
        using var directory = DataDirectory.Open(folder);
        using (var mine = Migrator.ForSqlite(directory.Database))
        {
            mine.RequireUpToDate("DATA_DIR");
        }

        await using var database = PostgresDatabase.From(url);
        Prepare(database);
        await new StoreCopy(directory.Database, database, Console.Out).RunAsync(stop);
        Console.WriteLine("Silos and gateways take the same keys: SESSION_SIGNING_KEYS and PORTAL_JWT_KEY are in keys/ of DATA_DIR.");
    }

    private static void Prepare(PostgresDatabase database)
    {
        try
        {
            SessionPooling.Require(database.ConnectionString);
            using var theirs = Migrator.ForPostgres(database.ConnectionString);
            theirs.Up();
        }
        catch (NpgsqlException unreachable)
        {
            throw new SettingException("--to", $"names a database that cannot be opened: {unreachable.Message.ReplaceLineEndings(" ")}");
        }
    }
}
