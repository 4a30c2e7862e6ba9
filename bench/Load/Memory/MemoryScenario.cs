using System.Globalization;
using Rollcall.Load.Generator;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Memory;

/// <summary>For each number of devices a new installation: all sign in and beat at full speed for a while, then nobody beats, then it is read.</summary>
internal sealed class MemoryScenario(IReadOnlyList<int> devices, ClusterSize? cluster)
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

            await Task.Delay(Rest, TimeProvider.System, cancellation);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} devices, MB: ")
                + string.Join(", ", installation.Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Processes.Sum(Megabytes):0}"))));
        }

        return 0;
    }

    /// <summary>What is resident; pages that several processes share (PostgreSQL's buffers) are counted in parts.</summary>
    private static double Megabytes(int process)
    {
        var pages = File.ReadLines($"/proc/{process}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return int.Parse(pages.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / Kibi;
    }
}
