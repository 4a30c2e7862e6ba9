using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Rollcall.Migrations;

namespace Rollcall.Administration;

/// <summary>The tools of a program of ours, the same at silo and gateway: words, help and exit codes.</summary>
public static class Verbs
{
    public static void AddTo(Command root, IConfiguration configuration)
    {
        root.Add(MigrateCommand.Create(configuration));
        root.Add(CustomerCommand.Create(configuration));
        root.Add(DevicesCommand.Create(configuration));
        root.Add(TokenCommand.Create(configuration));
        root.Add(SeedCommand.Create(configuration));
        root.Add(BackupCommand.Create(configuration));
        root.Add(CopyCommand.Create(configuration));
    }

    /// <summary>Runs a command line. What is refused is said in one sentence, and the exit code is 2.</summary>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments)
    {
        try
        {
            ClockHosting.RequireNoValue(arguments);
            // A stop takes the time that its journal needs: the host knows how long, the command line would end it after 2 s.
            return await root.Parse(arguments)
                .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception refused) when (refused is SettingException or StoreTooNewException)
        {
            Console.Error.WriteLine(refused.Message);
            return 2;
        }
    }

    /// <summary>Refuses the embedded file in a cluster's environment: an empty store would be mistaken for the cluster's.</summary>
    /// <exception cref="SettingException">REDIS_URL is set and DATABASE_URL is not.</exception>
    internal static void RequireStore(IConfiguration configuration)
    {
        if (configuration.Text("REDIS_URL") is not null && configuration.Text("DATABASE_URL") is null)
        {
            throw new SettingException("DATABASE_URL", "must be set beside REDIS_URL: the roll of a cluster is in that database.");
        }
    }
}
