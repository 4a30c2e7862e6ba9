using System.Diagnostics;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Generator;

/// <summary>One round: so many users, a warm-up that is not counted, then the measured time.</summary>
internal sealed class ClosedLoop(TimeSpan warmUp, TimeSpan measured)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Handles answers on the one thread that waits for the sockets. Must come before the first socket of the process;
    /// child processes do not inherit it.
    /// </summary>
    public static void PrepareProcess()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
    }

    public Task<Measure> RunAsync(IServer server, IEnumerable<Beat> beats, CancellationToken cancellation) =>
        RunAsync(server, beats, beat => new RestTransport(beat), cancellation);

    public async Task<Measure> RunAsync(IServer server, IEnumerable<Beat> beats, Func<Beat, Transport> transport, CancellationToken cancellation)
    {
        var tally = new Tally();
        var users = beats.Select(
            (beat, number) => new VirtualUser(server.Ports[number % server.Ports.Count], beat, transport(beat), tally)).ToArray();
        try
        {
            Array.ForEach(users, user => user.Start());
            await Task.Delay(warmUp, TimeProvider.System, cancellation);
            var cpu = server.CpuTime;
            var from = Stopwatch.GetTimestamp();
            tally.Open();
            await Task.Delay(measured, TimeProvider.System, cancellation);
            tally.Close();
            var elapsed = Stopwatch.GetElapsedTime(from);
            cpu = server.CpuTime - cpu;
            await EndAsync(users, cancellation);
            return Measure.Of(tally, elapsed, cpu);
        }
        finally
        {
            Array.ForEach(users, user => user.Dispose());
        }
    }

    private static async Task EndAsync(VirtualUser[] users, CancellationToken cancellation)
    {
        Array.ForEach(users, user => user.Stop());
        await Task.WhenAll(users.Select(user => user.Ended)).WaitAsync(Timeout, TimeProvider.System, cancellation);
    }
}

/// <summary>What one round measured.</summary>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="CpuPerThousand">Seconds of the server's CPU time for 1,000 answers.</param>
internal sealed record Measure(double PerSecond, double P50, double P99, double CpuPerThousand, IReadOnlyDictionary<string, int> Errors)
{
    public static Measure Of(Tally tally, TimeSpan elapsed, TimeSpan cpu) => new(
        tally.Stored / elapsed.TotalSeconds, tally.Percentile(0.5), tally.Percentile(0.99), cpu.TotalSeconds * 1_000 / Math.Max(tally.Stored, 1),
        tally.Errors);
}
