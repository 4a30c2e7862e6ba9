using System.Globalization;
using Rollcall.Running;
using Rollcall.Support.Processes;

namespace Rollcall.Crashes;

/// <summary>Members die, stop and stand still while 500 devices beat. Seeded; CLUSTER_SEED repeats a run.</summary>
public sealed class CrashTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(45);

    [Fact]
    public Task A_silo_is_killed() => Through("kill -9 of a silo", async (cluster, random) =>
    {
        await Any(cluster.Silos, random).KillAsync();
    });

    [Fact]
    public Task A_gateway_is_killed() => Through("kill -9 of a gateway", async (cluster, random) =>
    {
        var gateway = Any(cluster.Gateways, random);
        await gateway.KillAsync();
        await cluster.StartGatewayAsync(gateway);
    });

    [Fact]
    public Task Both_gateways_are_away_for_three_timeouts() => Through("both gateways away", async (cluster, _) =>
    {
        await Task.WhenAll(cluster.Gateways.Select(gateway => gateway.KillAsync()));
        await Task.Delay(3 * cluster.Timeout, TimeProvider.System);
        await cluster.StartAllAsync();
    });

    [Fact]
    public Task Everything_is_killed_at_once() => Through("kill -9 of everything", async (cluster, _) =>
    {
        await Task.WhenAll([
            .. cluster.Silos.Concat(cluster.Gateways).Select(one => one.KillAsync()), cluster.Postgres.StopAsync(kill: true),
            cluster.Redis.StopAsync(kill: true)]);
        await Task.WhenAll(cluster.Postgres.StartAgainAsync(), cluster.Redis.StartAgainAsync());
        await cluster.StartAllAsync();
    });

    [Fact]
    public Task A_silo_stands_still() => Through("SIGSTOP of a silo", async (cluster, random) =>
    {
        var silo = Any(cluster.Silos, random);
        Signals.Stop(silo.Process!.Id);
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        Signals.Continue(silo.Process.Id);
    });

    [Fact]
    public Task Redis_is_away_and_comes_back() => Through("Redis away", async (cluster, _) =>
    {
        await cluster.Redis.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        await cluster.Redis.StartAgainAsync();
    });

    [Fact]
    public Task Redis_comes_back_empty() => Through("Redis back, empty", async (cluster, _) =>
    {
        await cluster.Redis.StopAsync();
        await cluster.Redis.StartAgainAsync(empty: true);

        // A silo that the table has forgotten ends by itself: else the next one would found a second cluster.
        foreach (var silo in cluster.Silos)
        {
            Assert.Equal(3, await silo.Process!.ExitCodeAsync(TimeSpan.FromSeconds(60)));
        }

        await cluster.StartAllAsync();
    });

    [Fact]
    public Task PostgreSQL_is_away_for_two_timeouts() => Through("PostgreSQL away", async (cluster, _) =>
    {
        await cluster.Postgres.StopAsync();
        await Task.Delay(2 * cluster.Timeout, TimeProvider.System);
        await cluster.Postgres.StartAgainAsync();
    });

    private static Member Any(IReadOnlyList<Member> members, Random random) => members[random.Next(members.Count)];

    private async Task Through(string fault, Func<Cluster, Random, Task> befall)
    {
        var cluster = await shared.WholeAsync();
        var random = Seeded();
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            await using var trial = await Trial.BeginAsync(cluster, output, random);
            await trial.AnyMomentAsync();
            trial.Silence();
            await befall(cluster, random);
            await trial.RecoveryAsync(fault, Soon);
            await cluster.StartAllAsync();
            await trial.EndAsync(Soon);
        }
    }

    private Random Seeded()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_SEED"), NumberStyles.None, null, out var given)
            ? given : Random.Shared.Next();
        output.WriteLine($"CLUSTER_SEED={seed}");
        return new Random(seed);
    }
}
