using System.Diagnostics;
using Rollcall.Support.Processes;

namespace Rollcall.Support.Servers;

/// <summary>A server of a test, with what can befall it: a stop, a kill -9, a start again on the same port and data, a silence.</summary>
/// <param name="command">Starts it in the foreground on a port.</param>
/// <param name="ready">Whether it answers.</param>
public sealed class ServerProcess(ServerFolder folder, Func<int, IReadOnlyList<string>> command, Func<int, Task<bool>> ready) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private Process? _process;

    /// <summary>On 127.0.0.1; the same after a start again.</summary>
    public int Port { get; private set; } = Ports.Free();

    private string Log => Path.Combine(folder.Path, "log");

    /// <summary>Starts it, on another port when somebody was faster at taking the first.</summary>
    public async Task StartAsync()
    {
        for (var attempt = 1; !await TryStartAsync(); attempt++)
        {
            Port = attempt < 5 ? Ports.Free() : throw new InvalidOperationException("The server does not start: " + await File.ReadAllTextAsync(Log));
        }
    }

    public async Task StartAgainAsync()
    {
        if (!await TryStartAsync())
        {
            throw new InvalidOperationException("The server does not start again: " + await File.ReadAllTextAsync(Log));
        }
    }

    /// <summary>Ends it: with a signal, as an administrator would, or as a loss of power would (all its processes, kill -9).</summary>
    public async Task StopAsync(bool kill, Func<int, bool>? ask = null)
    {
        if (kill)
        {
            // First stopped, then killed: nobody of them sees another one die and acts on it.
            Pause();
            Twice(Signals.Kill);
        }
        else if (_process is { } asked)
        {
            Resume();
            (ask ?? Signals.Terminate)(asked.Id);
        }

        if (_process is { } process)
        {
            _process = null;
            await process.WaitForExitAsync();
            process.Dispose();
        }

        while (folder.Processes().Count > 0)
        {
            await Task.Delay(Step, TimeProvider.System);
        }
    }

    /// <summary>Stops all its processes without ending them: connections stay open, nobody answers.</summary>
    public void Pause() => Twice(Signals.Stop);

    public void Resume() => Twice(Signals.Continue);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(kill: true);
        await folder.DisposeAsync();
    }

    /// <summary>A process that was born while the first round went by is met by the second.</summary>
    private void Twice(Func<int, bool> signal)
    {
        _ = folder.Processes().Count(signal);
        _ = folder.Processes().Count(signal);
    }

    private async Task<bool> TryStartAsync()
    {
        _process = ServerFolder.Start(["sh", "-c", "cd \"$0\" && exec \"$@\" >>log 2>&1 </dev/null", folder.Path, .. command(Port)]);
        var watch = Stopwatch.StartNew();
        while (!await ready(Port))
        {
            if (_process.HasExited || watch.Elapsed > Patience)
            {
                await StopAsync(kill: true);
                return false;
            }

            await Task.Delay(Step, TimeProvider.System);
        }

        return true;
    }
}
