namespace Rollcall.Auth;

/// <summary>
/// Says which parts of DATA_DIR others can read or change. We make them for their owner alone, but a copy or an older folder may be open.
/// </summary>
internal static partial class Exposure
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const int Most = 20;

    /// <param name="data">DATA_DIR; null: there is none.</param>
    public static void SayWhatIsOpen(this WebApplication app, string? data)
    {
        if (data is null)
        {
            return;
        }

        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Rollcall.Data");
        foreach (var (path, mode) in Open(data).Take(Most))
        {
            LogOpen(log, path, mode);
        }
    }

    /// <summary>What in it others can read or change, with its mode in octal: the folder, the database, keys, secrets.</summary>
    public static IEnumerable<(string Path, string Mode)> Open(string data)
    {
        if (OperatingSystem.IsWindows())
        {
            yield break;
        }

        string[] paths = [data, .. Files(data, "rollcall.db*"), .. Files(data, "*.jsonl"), .. Files(Path.Combine(data, "keys"), "*")];
        foreach (var path in paths)
        {
            var mode = ModeOf(path);
            if ((mode & Others) != 0)
            {
                yield return (path, Convert.ToString((int)mode, 8));
            }
        }
    }

    private static string[] Files(string folder, string pattern) => Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static UnixFileMode ModeOf(string path)
    {
        try
        {
            return File.GetUnixFileMode(path);
        }
        catch (IOException)
        {
            return UnixFileMode.None; // One of SQLite's files has gone meanwhile.
        }
    }

    [LoggerMessage(
        LogLevel.Warning, "DATA_DIR: {Path} is open to others (mode {Mode}), and secrets are kept there: take their rights away (chmod go-rwx)")]
    private static partial void LogOpen(ILogger log, string path, string mode);
}
