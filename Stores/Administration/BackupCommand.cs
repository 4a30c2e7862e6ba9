using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Rollcall.Sqlite;

namespace Rollcall.Administration;

/// <summary><c>backup FILE</c>: a copy of the embedded store, also while it is used.</summary>
internal static class BackupCommand
{
    public static Command Create(IConfiguration configuration)
    {
        var file = new Argument<string>("file") { Description = "The copy. It must not exist yet." };
        var backup = new Command("backup", "Copy the roll of DATA_DIR into one file, also while the gateway runs. PostgreSQL: pg_dump.") { file };
        backup.SetAction(parsed => Run(configuration, parsed.GetValue(file)!));
        return backup;
    }

    private static void Run(IConfiguration configuration, string copy)
    {
        if (configuration.Text("DATABASE_URL") is not null)
        {
            throw new SettingException("DATABASE_URL", "names a PostgreSQL database, which pg_dump copies: pg_dump -Fc -f FILE \"$DATABASE_URL\".");
        }

        Verbs.RequireStore(configuration);
        var bytes = StoreBackup.Copy(DataDirectory.DatabaseIn(DataDirectory.Resolve(configuration.Text("DATA_DIR"))), copy);
        Console.WriteLine($"{Path.GetFullPath(copy)} has the roll, {bytes:N0} bytes. The keys in keys/ of DATA_DIR are not in it.");
    }
}
