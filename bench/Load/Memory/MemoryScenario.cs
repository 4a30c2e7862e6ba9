using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rollcall.Load.Generator;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Memory;

/// <summary>
/// For each number of devices a new installation: all sign in and beat at full speed for a while, then none beats, then the memory is read.
/// </summary>
internal sealed class MemoryScenario(IReadOnlyList<int> devices, ClusterSize? cluster, bool sockets)
{
    private const int AtOnce = 500;
    private const double Kibi = 1024;
    private static readonly TimeSpan Beating = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        ClosedLoop.PrepareProcess();
        foreach (var count in devices)
        {
            await using IInstallation installation = cluster is null
                ? new Gateway(GatewayBuild.Parse([])[0], SessionKeys.New())
                : await Cluster.CreateAsync(cluster, SessionKeys.New());
            await installation.StartAsync(count, cancellation);
            foreach (var some in installation.Beats.Take(count).Chunk(AtOnce))
            {
                await new ClosedLoop(TimeSpan.Zero, Beating).RunAsync(installation.Server, some, cancellation);
            }

            await ShowAsync(installation, $"{count} devices", cancellation);
            if (sockets)
            {
                await WithSocketsAsync(installation, count, cancellation);
            }
        }

        return 0;
    }

    /// <summary>All devices hold an idle socket.</summary>
    private static async Task WithSocketsAsync(IInstallation installation, int count, CancellationToken cancellation)
    {
        var open = new List<Socket>();
        try
        {
            foreach (var (beat, number) in installation.Beats.Take(count).Select((beat, number) => (beat, number)))
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                open.Add(socket);
                // Blocking: the one thread that waits for sockets must not be the one that waits here.
                socket.Connect(IPAddress.Loopback, installation.Server.Ports[number % installation.Server.Ports.Count]);
                new SocketTransport(beat).Open(socket);
            }

            await ShowAsync(installation, $"{count} devices, each with an idle socket", cancellation);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task ShowAsync(IInstallation installation, string what, CancellationToken cancellation)
    {
        await Task.Delay(Rest, TimeProvider.System, cancellation);
        Console.WriteLine($"{what}, MB: "
            + string.Join(", ", installation.Parts.Select(
                part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Processes.Sum(Megabytes):0.0}"))));
    }

    /// <summary>What is resident; pages that several processes share (PostgreSQL's buffers) are counted in parts.</summary>
    private static double Megabytes(int process)
    {
        var pages = File.ReadLines($"/proc/{process}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return int.Parse(pages.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / Kibi;
    }
}
