using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Rollcall.Administration;

/// <summary>The verbs that work on a store, the same at each program that has them: words, help and exit codes.</summary>
public static class StoreVerbs
{
    /// <summary>
    /// Adds <c>migrate</c>, <c>customer</c> and <c>backup</c>. A wrong setting is a <see cref="SettingException"/>, which the program says.
    /// </summary>
    public static void AddTo(Command root, IConfiguration configuration)
    {
        root.Add(MigrateCommand.Create(configuration));
        root.Add(CustomerCommand.Create(configuration));
        root.Add(BackupCommand.Create(configuration));
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
