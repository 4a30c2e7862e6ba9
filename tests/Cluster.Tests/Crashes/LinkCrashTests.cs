using System.Diagnostics;
using Rollcall.Running;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

/// <summary>Devices that hold sockets, while what holds the other end dies.</summary>
public sealed class LinkCrashTests(SharedCluster shared, ITestOutputHelper output)
{
    private const int Sockets = 1_000;
    private const string Prefix = "wired";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_thousand_sockets_come_back_after_a_gateway_and_after_a_silo_was_killed_and_no_transition_is_stored()
    {
        var cluster = await shared.WholeAsync();
        await using var agents = cluster.RunAgents(0, Cluster.EnrolmentKey, Prefix, Sockets, sockets: true);
        await UpAsync(cluster, "opened");
        await Eventually.IsSoAsync(() => Wired(cluster).Count == Sockets && Wired(cluster).All(IsFirst), Soon, () => Said(cluster));

        // The other gateway's list knows it, too, from twins of both silos.
        using (var there = cluster.Portal(gateway: 1))
        {
            var listed = await there.DevicesAsync(Prefix);
            Assert.Equal(200, listed.Count(device => device.Connected));
        }

        var gateway = cluster.Gateways[0];
        await gateway.KillAsync();
        await cluster.StartGatewayAsync(gateway);
        await UpAsync(cluster, "kill -9 of their gateway");

        var silo = cluster.Silos[0];
        await silo.KillAsync();
        await StoredAgainAsync(cluster, "kill -9 of a silo");
        await cluster.StartSiloAsync(silo);

        Signals.Terminate(gateway.Process!.Id);
        Assert.True(await gateway.Process.ExitCodeAsync(TimeSpan.FromSeconds(60)) == 0, gateway.Process.Said);
        await cluster.StartGatewayAsync(gateway);
        await UpAsync(cluster, "stop of their gateway");

        // A whole timeout later: a deadline that did not move would have passed.
        await Task.Delay(cluster.Timeout, TimeProvider.System);
        Assert.True(Wired(cluster).All(IsFirst), Said(cluster));
        await agents.KillAsync();
        await Eventually.IsSoAsync(() => Wired(cluster).All(device => device.Status == "offline"), cluster.Timeout + Soon,
            () => Said(cluster));
    }

    private async Task UpAsync(Cluster cluster, string after)
    {
        var links = 0.0;
        var took = await Eventually.IsSoAsync(
            async () => (links = (await Cluster.ReadAsync("rollcall_links", [cluster.Gateways[0]]))[0]) == Sockets, Soon,
            () => $"{Sockets} sockets are open, not {links}");
        output.WriteLine($"{after}: {Sockets} sockets are open after {took.TotalSeconds:0.0} s");
        await StoredAgainAsync(cluster, after);
    }

    private async Task StoredAgainAsync(Cluster cluster, string after)
    {
        var since = Stopwatch.GetTimestamp();
        var before = Wired(cluster).ToDictionary(device => device.Id, device => device.LastSeen);
        await Eventually.IsSoAsync(
            () => Wired(cluster).All(device => string.CompareOrdinal(device.LastSeen, before.GetValueOrDefault(device.Id)) > 0),
            Soon, () => Said(cluster));
        output.WriteLine($"{after}: beats of all stored again after further {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");
    }

    private static List<StoredDevice> Wired(Cluster cluster) =>
        [.. cluster.Roll.Devices().Where(device => device.Id.StartsWith(Prefix, StringComparison.Ordinal))];

    private static bool IsFirst(StoredDevice device) => device is { Status: "online", Seq: 1 };

    private static string Said(Cluster cluster)
    {
        var odd = Wired(cluster).Where(device => !IsFirst(device)).ToArray();
        return $"{odd.Length} devices are otherwise: {string.Join(", ", odd.Take(5))}";
    }
}
