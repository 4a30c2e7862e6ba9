namespace Rollcall.Support.Servers;

/// <summary>Where this machine has a server's programs.</summary>
public static class Binaries
{
    /// <summary>The path of a program: the first on PATH, else the newest of Debian's versions of PostgreSQL. Null: it is not installed.</summary>
    public static string? Find(string program) => OnPath(program) ?? OfDebian(program);

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static string? OfDebian(string program) => !Directory.Exists("/usr/lib/postgresql") ? null : Directory
        .EnumerateDirectories("/usr/lib/postgresql")
        .OrderByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
        .Select(version => Path.Combine(version, "bin", program))
        .FirstOrDefault(File.Exists);
}
