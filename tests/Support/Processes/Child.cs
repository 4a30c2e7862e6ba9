using System.Collections.Concurrent;
using System.Diagnostics;

namespace Rollcall.Support.Processes;

/// <summary>One of our programs as a process, and what it says. It does not outlive the test.</summary>
public sealed class Child : IAsyncDisposable
{
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "LANG", "DOTNET_ROOT", "DOTNET_HOST_PATH"];
    private static readonly ConcurrentDictionary<int, byte> Living = new();
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Task _reading;
    private volatile TaskCompletionSource? _deaf;
    private bool _disposed;

    static Child() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var pid in Living.Keys)
        {
            Signals.Kill(pid);
        }
    };

    /// <summary>Starts a program with this environment and nothing else, so that a developer's own settings change nothing.</summary>
    /// <param name="descriptors">A hard limit of descriptors, on systems with a shell; null: the machine's.</param>
    public Child(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, int? descriptors = null)
    {
        string[] command = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", program, .. arguments];
        command = descriptors is { } most ? ["/bin/sh", "-c", $"ulimit -n {most} && exec \"$0\" \"$@\"", .. command] : command;
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var inherited = Inherited.Select(name => (name, Environment.GetEnvironmentVariable(name))).ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in inherited.Concat(environment.Select(setting => (setting.Key, (string?)setting.Value))))
        {
            start.Environment[name] = value;
        }

        // A program of a test lives for seconds: what its compiler learns of its paths comes too late, and costs a sixth of all its time.
        start.Environment["DOTNET_TieredPGO"] = "0";

        StartedAt = TimeProvider.System.GetUtcNow();
        Age = Stopwatch.StartNew();
        _process = Process.Start(start)!;
        Id = _process.Id;
        Living[Id] = 0;
        _reading = Task.WhenAll(Read(_process.StandardOutput, _output), Read(_process.StandardError, _errors));
    }

    /// <summary>Its process id, also when it is gone.</summary>
    public int Id { get; }

    public DateTimeOffset StartedAt { get; }

    public Stopwatch Age { get; }

    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Errors => [.. _errors];

    public string Said => string.Join('\n', [.. _output.ToArray(), .. _errors.ToArray()]);

    /// <summary>The first line of its output that begins so.</summary>
    public async Task<string> LineAsync(string beginning, TimeSpan within)
    {
        string? line = null;
        await Eventually.IsSoAsync(
            () => (line = _output.FirstOrDefault(said => said.StartsWith(beginning, StringComparison.Ordinal))) is not null || _process.HasExited,
            within,
            () => $"a line '{beginning}...' in:\n{Said}");
        Assert.True(line is not null, $"It ended before a line '{beginning}...':\n{Said}");
        return line;
    }

    /// <summary>Waits until it has said this anywhere.</summary>
    public Task<TimeSpan> SaysAsync(string text, TimeSpan within) =>
        Eventually.IsSoAsync(() => Said.Contains(text, StringComparison.Ordinal), within, () => $"'{text}' in:\n{Said}");

    /// <summary>Waits for its end, and for the last it said.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan within)
    {
        await Eventually.IsSoAsync(() => _process.HasExited, within, () => $"process {Id} has ended:\n{Said}");
        Living.TryRemove(Id, out _);
        await _reading.WaitAsync(within, TimeProvider.System);
        return _process.ExitCode;
    }

    /// <summary>kill -9, and wait until it is dead. Its children may still hold its output.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            Signals.Kill(Id);
            await Eventually.IsSoAsync(() => _process.HasExited, because: () => $"process {Id} is dead");
        }

        Living.TryRemove(Id, out _);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await KillAsync();
            _process.Dispose();
        }
    }

    /// <summary>Reads nothing more of what it says, as a collector of logs does that stands still: its pipe fills up.</summary>
    public void StopReading() => _deaf = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ReadOn()
    {
        var deaf = _deaf;
        _deaf = null;
        deaf?.SetResult();
    }

    private async Task Read(StreamReader stream, ConcurrentQueue<string> lines)
    {
        try
        {
            while (await stream.ReadLineAsync() is { } line)
            {
                lines.Enqueue(line);
                await (_deaf?.Task ?? Task.CompletedTask);
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
