using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.State;

/// <summary>Says what of the state others can read or change. The agent makes it for its owner alone, but a volume or a copy may be open.</summary>
internal static class Exposure
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly string[] Secrets = ["identity.json", "session.json", "fleet.jsonl", "commands.jsonl", "fleet-commands.jsonl"];

    /// <param name="folder">Null: there is none.</param>
    public static void Say(string? folder, Log log)
    {
        if (folder is null || !Directory.Exists(folder))
        {
            return;
        }

        SayOf(folder, log);
        foreach (var name in Secrets)
        {
            SayOfFile(Path.Combine(folder, name), log);
        }
    }

    /// <param name="file">Null: there is none.</param>
    public static void SayOfFile(string? file, Log log)
    {
        if (File.Exists(file))
        {
            SayOf(file, log);
        }
    }

    private static void SayOf(string path, Log log)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & Others) != 0)
            {
                log.Warn(
                    $"{path} is open to others (mode {Convert.ToString((int)mode, 8)}), and secrets are kept there: take their rights away "
                        + "(chmod go-rwx).");
            }
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            // It has gone, or is not ours to look at.
        }
    }
}
