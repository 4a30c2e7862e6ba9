using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Rollcall.Load.Generator;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Commands;

/// <summary>
/// Customers who each send a command to a connected device, wait for its end (<c>?wait=</c>) and send the next; in turns with stored
/// REST beats of as many callers, which are the measure of this machine and this hour.
/// </summary>
internal sealed class CommandsScenario(int devices, IReadOnlyList<int> callers, TimeSpan measured, int rounds, ClusterSize? cluster)
{
    private const int ConnectAtOnce = 50;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RoundWarmUp = TimeSpan.FromSeconds(1);
    private int _next;

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        ClosedLoop.PrepareProcess();
        await using IInstallation installation =
            cluster is null ? new Gateway(GatewayBuild.Parse([])[0], SessionKeys.New()) : await Cluster.CreateAsync(cluster, SessionKeys.New());

        // Those that beat are others than those that are asked: a device has one turn at a time.
        await installation.StartAsync(devices + callers.Max(), cancellation);
        var ports = installation.Server.Ports;
        var wired = installation.Beats.Take(devices).Select((beat, number) => new WiredDevice(beat, ports[number % ports.Count])).ToArray();
        try
        {
            await Parallel.ForEachAsync(wired, new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce, CancellationToken = cancellation },
                async (device, stop) => await device.OpenAsync(stop));
            return await MeasureAsync(installation, await installation.TokenAsync(cancellation), cancellation);
        }
        finally
        {
            foreach (var device in wired)
            {
                await device.DisposeAsync();
            }
        }
    }

    private async Task<int> MeasureAsync(IInstallation installation, string token, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 4_096 });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await RoundAsync(installation, http, callers.Max(), WarmUp, TimeSpan.FromSeconds(1), cancellation);
        Print(
            $"Commands to {devices} devices with a socket each, {installation.Name}; {Environment.ProcessorCount} cores shared by server, "
                + $"devices and customers; medians of {rounds} rounds of {measured.TotalSeconds} s.");
        Print(
            $"{"callers",7} | {"commands/s",10} | {"p50/p99 ms",-15} | {"beats/s",8} | {"beats p50/p99 ms",-16} | commands a beat | CPU s per "
                + "1,000 commands, beats");
        var faultless = true;
        foreach (var count in callers)
        {
            var (commands, beats) = (new List<Measure>(), new List<Measure>());
            for (var round = 0; round < rounds; round++)
            {
                beats.Add(await new ClosedLoop(RoundWarmUp, measured)
                    .RunAsync(installation.Server, installation.Beats.Skip(devices).Take(count), cancellation));
                commands.Add(await RoundAsync(installation, http, count, RoundWarmUp, measured, cancellation));
            }

            Print(
                $"{count,7} | {Median(commands, m => m.PerSecond),10:F0} | {Latencies(commands),-15} | {Median(beats, m => m.PerSecond),8:F0} "
                    + $"| {Latencies(beats),-16} | {Median(commands, m => m.PerSecond) / Median(beats, m => m.PerSecond),15:F3} "
                    + $"| {Median(commands, m => m.CpuPerThousand):F3}, {Median(beats, m => m.CpuPerThousand):F3}");
            foreach (var error in commands.Concat(beats).SelectMany(round => round.Errors))
            {
                faultless = false;
                Print($"ERROR {error.Value} x {error.Key}");
            }
        }

        return faultless ? 0 : 1;
    }

    private async Task<Measure> RoundAsync(IInstallation installation, HttpClient http, int count, TimeSpan warmUp, TimeSpan time,
        CancellationToken cancellation)
    {
        var tally = new Tally();
        using var end = new CancellationTokenSource();
        var working = Enumerable.Range(0, count)
            .Select(number => Task.Run(() => CustomerAsync(installation, http, number, tally, end.Token), cancellation)).ToArray();
        await Task.Delay(warmUp, TimeProvider.System, cancellation);
        var (cpu, from) = (installation.Server.CpuTime, Stopwatch.GetTimestamp());
        tally.Open();
        await Task.Delay(time, TimeProvider.System, cancellation);
        tally.Close();
        var (elapsed, used) = (Stopwatch.GetElapsedTime(from), installation.Server.CpuTime - cpu);
        await end.CancelAsync();
        await Task.WhenAll(working);
        return Measure.Of(tally, elapsed, used);
    }

    private async Task CustomerAsync(IInstallation installation, HttpClient http, int number, Tally tally, CancellationToken end)
    {
        var ports = installation.Server.Ports;
        while (!end.IsCancellationRequested)
        {
            var device = installation.Beats[Interlocked.Increment(ref _next) % devices].DeviceId;
            var from = Stopwatch.GetTimestamp();
            using var body = new StringContent("""{"command":"measure","parameters":{"n":1}}""", Encoding.ASCII, "application/json");
            using var answer = await http.PostAsync(
                new Uri(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"http://127.0.0.1:{ports[number % ports.Count]}/api/v1/customer/devices/{device}/commands?wait=10")), body,
                            CancellationToken.None);
            if ((int)answer.StatusCode == 200)
            {
                tally.Success(Stopwatch.GetTimestamp() - from);
            }
            else
            {
                tally.Error($"{(int)answer.StatusCode}");
            }
        }
    }

    private static string Latencies(IReadOnlyList<Measure> rounds) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(rounds, m => m.P50):F2} / {Median(rounds, m => m.P99):F2}");

    private static double Median(IEnumerable<Measure> rounds, Func<Measure, double> value)
    {
        var sorted = rounds.Select(value).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void Print(string line) => Console.WriteLine(line);
}
