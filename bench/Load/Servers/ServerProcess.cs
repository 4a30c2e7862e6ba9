using System.Diagnostics;

namespace Rollcall.Load.Servers;

/// <summary>A server as a child process, ready when it prints its address; killed when it is disposed.</summary>
internal sealed class ServerProcess : IServer, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ServerProcess(Process process, string announced)
    {
        _process = process;
        Announced = announced;
    }

    /// <summary>What it printed after the marker.</summary>
    public string Announced { get; }

    public int Port => new Uri(Announced).Port;

    public IReadOnlyList<int> Ports => [Port];

    public int Id => _process.Id;

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts <c>dotnet</c> with these arguments and waits for a line that begins with <paramref name="marker"/>.</summary>
    public static async Task<ServerProcess> StartAsync(
        string marker, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, OutputCounts output,
        CancellationToken cancellation)
    {
        var process = Process.Start(Describe(arguments, environment))!;
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timeout.CancelAfter(Timeout);
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                if (line.StartsWith(marker, StringComparison.Ordinal))
                {
                    _ = output.ReadAsync(process.StandardOutput);
                    return new ServerProcess(process, line[marker.Length..].Trim());
                }
            }

            throw new LoadException("A server ended before it served; its output stands above.");
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <summary>Runs <c>dotnet</c> with these arguments to its end.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        using var process = Process.Start(Describe(arguments, environment))!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? output : throw new LoadException($"A tool ended with exit code {process.ExitCode}; its output stands above.");
    }

    /// <summary>Kills it without a graceful stop, as kill -9 does: what was answered must be in the store all the same.</summary>
    public void Dispose() => End(_process);

    private static void End(Process process)
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static ProcessStartInfo Describe(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS");
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
