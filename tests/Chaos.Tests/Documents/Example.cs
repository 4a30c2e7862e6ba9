using System.Diagnostics;
using System.Reflection;
using Rollcall.Support.Processes;

namespace Rollcall.Documents;

/// <summary>A program of docs/, run as a reader would run it, in a folder of its own.</summary>
internal sealed class Example(Installation place, string file)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Own = ["URL", "TOKEN", "EVENTS", "SECONDS"];

    public static readonly string Documents = typeof(Example).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Documents").Value!;

    private readonly string _folder = Directory.CreateDirectory(Path.Combine(place.Folder, "example")).FullName;

    public static bool Has(params string[] programs) =>
        programs.All(program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program))));

    public Task InstallAsync(string package) =>
        StartAsync([], "npm", "install", "--prefix", _folder, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", package);

    /// <returns>What it printed.</returns>
    public Task<string[]> RunAsync(string program, Dictionary<string, string> environment)
    {
        File.Copy(Path.Combine(Documents, file), Path.Combine(_folder, file), overwrite: true);
        return StartAsync(environment, program, file);
    }

    private async Task<string[]> StartAsync(Dictionary<string, string> environment, string program, params string[] arguments)
    {
        // Left as it is but for the example's own: how npm reaches its registry may stand there.
        var start =
            new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in Own)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var (says, complains) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await complains}{await says}");
            return (await says).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
