using System.Diagnostics;
using Rollcall.Support.Processes;

namespace Rollcall.Support.Servers;

/// <summary>
/// A server's folder. Every process that works in it is the server's; when this process ends, in whatever way, a guard kills
/// them and removes the folder.
/// </summary>
public sealed class ServerFolder : IAsyncDisposable
{
    // Ends when its input does, and that ends with whoever holds the other end. Deaf to Ctrl-C, which a terminal sends to all.
    private const string Guard = """
        trap '' INT TERM HUP
        read -r _
        for process in /proc/[0-9]*; do
          case $(readlink "$process/cwd") in "$0"|"$0"/*) kill -KILL "${process#/proc/}";; esac
        done
        rm -rf "$0"
        """;

    private readonly Process _guard;

    private ServerFolder(string path) => (Path, _guard) = (path, Start(["sh", "-c", Guard, path]));

    public string Path { get; }

    public static async Task<ServerFolder> CreateAsync() => new((await RunAsync("mktemp", "-d", "-t", "rollcall-server-XXXXXXXX")).Trim());

    /// <summary>The living processes whose working directory is this folder, or one in it.</summary>
    public IReadOnlyList<int> Processes() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(System.IO.Path.GetFileName(folder), out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != _guard.Id && WorksHere(pid)),
    ];

    /// <summary>Runs a command as the server's user to its end.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(params string[] command)
    {
        using var process = Start(command);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {await errors}");
    }

    /// <summary>Starts a command as the server's user, its standard streams at our end.</summary>
    public static Process Start(IEnumerable<string> command)
    {
        string[] whole = [.. Account.Prefix, .. command];
        return Process.Start(new ProcessStartInfo(whole[0], whole[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private bool WorksHere(int pid)
    {
        try
        {
            return new DirectoryInfo($"/proc/{pid}/cwd").LinkTarget is { } folder
                && (folder == Path || folder.StartsWith(Path + "/", StringComparison.Ordinal))
                && Signals.Lives(pid);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
