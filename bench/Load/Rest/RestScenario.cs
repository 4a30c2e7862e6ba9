using Rollcall.Load.Baseline;
using Rollcall.Load.Generator;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Rest;

/// <summary>
/// Beats over REST, answered "stored". Server after server in turns, so that what else the machine does meets all of them;
/// at the end every gateway is killed and must show the newest beat that it acknowledged of every device.
/// </summary>
internal sealed class RestScenario(RestOptions options)
{
    private static readonly TimeSpan JitWarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RoundWarmUp = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        ClosedLoop.PrepareProcess();
        var keys = SessionKeys.New();
        var gateways = new List<IInstallation>(options.Gateways.Select(build => new Gateway(build, keys)));
        try
        {
            using var baseline = await BaselineCommand.StartAsync(keys, cancellation);
            foreach (var size in options.Clusters)
            {
                gateways.Add(await Cluster.CreateAsync(size, keys));
            }

            foreach (var gateway in gateways)
            {
                await gateway.StartAsync(options.AllDevices, cancellation);
            }

            // The bare server gets the very bytes that the first gateway gets.
            var beats = gateways[0].Beats.Select(beat => beat.Copy()).ToArray();
            await WarmUp(baseline, beats, gateways, cancellation);
            var faultless = true;
            RestTable.Begin(options);
            foreach (var callers in options.Callers)
            {
                faultless &= await Compare(callers, baseline, beats, gateways, cancellation);
            }

            foreach (var gateway in gateways)
            {
                faultless &= RestTable.Lost(gateway.Name, gateway.Beats, await gateway.LostAsync(cancellation));
            }

            return faultless ? 0 : 1;
        }
        finally
        {
            foreach (var gateway in gateways)
            {
                await gateway.DisposeAsync();
            }
        }
    }

    private async Task WarmUp(ServerProcess baseline, Beat[] beats, List<IInstallation> gateways, CancellationToken cancellation)
    {
        var loop = new ClosedLoop(TimeSpan.Zero, JitWarmUp);
        var callers = options.Callers.Max();
        await loop.RunAsync(baseline, beats.Take(callers), cancellation);
        foreach (var gateway in gateways)
        {
            // Not measured, but the whole fleet coming online at once is a load of its own.
            RestTable.Errors($"{gateway.Name}, warming up", [await loop.RunAsync(gateway.Server, gateway.Beats.Take(callers), cancellation)]);
        }
    }

    private async Task<bool> Compare(
        int callers, ServerProcess baseline, Beat[] beats, List<IInstallation> gateways, CancellationToken cancellation)
    {
        var loop = new ClosedLoop(RoundWarmUp, options.Measured);
        var bare = new List<Measure>();
        var lanes = gateways.SelectMany(Lanes).Select(lane => (lane.Name, lane.Gateway, lane.Transport, Stored: new List<Measure>())).ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            bare.Add(await loop.RunAsync(baseline, beats.Take(callers), cancellation));
            foreach (var lane in lanes)
            {
                lane.Stored.Add(await loop.RunAsync(lane.Gateway.Server, lane.Gateway.Beats.Take(callers), lane.Transport, cancellation));
            }
        }

        var faultless = RestTable.Errors("baseline", bare);
        foreach (var lane in lanes)
        {
            RestTable.Row(callers, lane.Name, bare, lane.Stored);
            faultless &= RestTable.Errors(lane.Name, lane.Stored);
        }

        return faultless;
    }

    private IEnumerable<(string Name, IInstallation Gateway, Func<Beat, Transport> Transport)> Lanes(IInstallation gateway)
    {
        yield return (gateway.Name, gateway, beat => new RestTransport(beat));
        if (options.Sockets)
        {
            yield return (gateway.Name + " ws", gateway, beat => new SocketTransport(beat));
        }
    }
}
