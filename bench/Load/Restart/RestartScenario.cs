using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rollcall.Load.Generator;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Restart;

/// <summary>
/// Every device has a session and is online. Everything is killed and started again, and all devices call in the same moment:
/// first with their sessions, after another kill with their secrets.
/// </summary>
internal sealed class RestartScenario(int devices, int chosen, TimeSpan watched, int busy, IReadOnlyList<GatewayBuild> builds, ClusterSize? cluster)
{
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        ClosedLoop.PrepareProcess();
        var faultless = true;
        foreach (var build in builds)
        {
            faultless &= await RunAsync(new Gateway(build.Saying("Warning"), SessionKeys.New()), cancellation);
        }

        return (cluster is null || await RunAsync(await Cluster.CreateAsync(cluster, SessionKeys.New()), cancellation)) && faultless ? 0 : 1;
    }

    private async Task<bool> RunAsync(IInstallation installation, CancellationToken cancellation)
    {
        await using (installation)
        {
            await installation.StartAsync(devices, cancellation);
            await RushAsync(installation, "first beats (not after a restart)", devices, Beat, cancellation);
            await installation.RestartAsync(cancellation);
            var faultless = await RushAsync(installation, "beats with sessions", devices, Beat, cancellation);
            await installation.RestartAsync(cancellation);
            faultless &= await RushAsync(installation, "sign-ins with generated secrets", devices, SignIn(installation), cancellation);
            if (chosen > 0 && installation is Gateway gateway)
            {
                await gateway.RestartAsync(Math.Min(chosen, devices), cancellation);
                await RushAsync(installation, "sign-ins with chosen secrets", chosen,
                    number => Request("/api/v1/device/auth", Gateway.ChosenCredential(installation.Beats[number].DeviceId)), cancellation);
            }

            return faultless;

            byte[] Beat(int number) => installation.Beats[number].Next().ToArray();
        }
    }

    private static Func<int, byte[]> SignIn(IInstallation installation) => number => Request("/api/v1/device/auth", installation.Credentials[number]);

    /// <returns>Whether all were served, and none waited in vain.</returns>
    private async Task<bool> RushAsync(IInstallation installation, string name, int count, Func<int, byte[]> request, CancellationToken cancellation)
    {
        var requests = Enumerable.Range(0, count).Select(request).ToArray();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var rush = new Rush();
        using var burden = new Burden(busy);
        var (cpu, began) = (installation.Server.CpuTime, Stopwatch.GetTimestamp());
        over.CancelAfter(watched);
        var knockers = requests.Select((bytes, number) => new Knocker(
            installation.Server.Ports[number % installation.Server.Ports.Count], bytes, rush, new Random(number))).ToArray();
        await Task.WhenAll(knockers.Select(knocker => knocker.KnockAsync(over.Token)));
        var took = Stopwatch.GetElapsedTime(began);
        Array.ForEach(knockers, knocker => knocker.Dispose());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{installation.Name}, {name}: {rush.Served} of {count} served in {took.TotalSeconds:F1} s, "
                + $"CPU {(installation.Server.CpuTime - cpu).TotalSeconds:F1} s; {rush}; lines of log: {installation.Output()}"));
        return rush.Served == count && rush.Timeouts == 0;
    }

    private static byte[] Request(string path, string json) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}"));
}
