using System.Diagnostics;
using System.Net.Sockets;
using Rollcall.Load.Generator;
using Rollcall.Load.Servers;
using FreePorts = Rollcall.Support.Processes.Ports;

namespace Rollcall.Load.Start;

/// <summary>
/// A device that signed in before the server was killed calls it in the moment in which its port opens (of a cluster: in which the
/// gateway's /readyz is 200). Each start serves one first call; builds take turns.
/// </summary>
internal sealed class StartScenario(int starts, IReadOnlyList<GatewayBuild> builds, ClusterSize? cluster, bool silosAlone)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Two devices: a sign-in may end the session with which the other one beats.</summary>
    private enum CallingDevice { Beats, SignsIn }

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var installations = new List<(IInstallation Installation, StartTable Table)>();
        try
        {
            if (cluster is null)
            {
                installations.AddRange(
                    builds.Select(build => ((IInstallation)new Gateway(build, SessionKeys.New(), FreePorts.Free()), new StartTable())));
            }
            else
            {
                installations.Add((await Cluster.CreateAsync(cluster, SessionKeys.New()), new StartTable()));
            }

            foreach (var (installation, _) in installations)
            {
                await installation.StartAsync(Enum.GetValues<CallingDevice>().Length, cancellation);
            }

            for (var number = 0; number < starts; number++)
            {
                foreach (var (installation, table) in installations)
                {
                    await MeasureAsync(installation, "beat over REST", CallingDevice.Beats, FirstCall.Beat, table, cancellation);
                    await MeasureAsync(installation, "beat over a WebSocket", CallingDevice.Beats, FirstCall.Frame, table, cancellation);
                    await MeasureAsync(installation, "sign-in", CallingDevice.SignsIn, FirstCall.SignIn, table, cancellation);
                }
            }
        }
        finally
        {
            foreach (var (installation, _) in installations)
            {
                await installation.DisposeAsync();
            }
        }

        installations.ForEach(one => Console.WriteLine($"{one.Installation.Name}\n{one.Table}"));
        return installations.TrueForAll(one => one.Table.IsFaultless) ? 0 : 1;
    }

    private async Task MeasureAsync(IInstallation installation, string name, CallingDevice device, Action<FirstCall> call, StartTable table,
        CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var port = installation.Server.Ports[0];
        var restarting = installation is Cluster servers && silosAlone
            ? servers.RestartSilosAsync(cancellation) : installation.RestartAsync(cancellation);
        if (silosAlone)
        {
            await restarting;
        }

        using var first = new FirstCall(port, installation.Beats[(int)device], installation.Credentials[(int)device]);
        await UntilAsync(first.TryConnect, cancellation);
        table.Add("start, until the port is open", Stopwatch.GetElapsedTime(began));
        if (cluster is not null)
        {
            await UntilAsync(() => FirstCall.IsReady(port), cancellation);
            table.Add("start, until /readyz is 200", Stopwatch.GetElapsedTime(began));
        }

        Time(name, first, call, table);
        Time($"the next {name}", first, call, table);
        await restarting;
    }

    private static void Time(string name, FirstCall first, Action<FirstCall> call, StartTable table)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            call(first);
            table.Add(name, Stopwatch.GetElapsedTime(began));
        }
        catch (Exception failed) when (failed is LoadException or SocketException)
        {
            table.Fail($"{name}: {failed.Message}");
        }
    }

    private static async Task UntilAsync(Func<bool> isSo, CancellationToken cancellation)
    {
        for (var began = Stopwatch.GetTimestamp(); !isSo(); await Task.Delay(Pause, TimeProvider.System, cancellation))
        {
            if (Stopwatch.GetElapsedTime(began) > Timeout)
            {
                throw new LoadException("A server did not serve in time.");
            }
        }
    }
}
