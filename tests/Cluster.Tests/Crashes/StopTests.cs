using System.Diagnostics;
using Rollcall.Running;
using Rollcall.Support.Processes;

namespace Rollcall.Crashes;

/// <summary>A stop, as asked, while the membership table cannot be told of it.</summary>
public sealed class StopTests(SharedCluster shared, ITestOutputHelper output)
{
    /// <summary>Compose gives 45 s, Kubernetes 60 s.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(Cluster.IsOfAnotherBuild ? 200 : 35);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task A_silo_and_a_gateway_stop_in_time_while_Redis_is_away_and_no_answered_beat_is_lost()
    {
        var cluster = await shared.WholeAsync();

        // Nobody answers and connections stay open, which takes longest; in further rounds connections are refused, and PostgreSQL hangs, too.
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            await InTimeAsync(cluster, paused: round % 3 != 1, alsoPostgres: round % 3 == 2);
        }
    }

    private async Task InTimeAsync(Cluster cluster, bool paused, bool alsoPostgres)
    {
        await using var trial = await Trial.BeginAsync(cluster, output, new Random(15));
        await (paused ? PauseAsync(cluster) : cluster.Redis.StopAsync());
        if (alsoPostgres)
        {
            cluster.Postgres.Pause();
        }

        await trial.AnyMomentAsync();
        var took = await Task.WhenAll(StopAsync(cluster.Silos[1]), StopAsync(cluster.Gateways[1]));
        output.WriteLine(
            $"Redis {(paused ? "paused" : "stopped")}{(alsoPostgres ? ", PostgreSQL paused" : "")}: silo stopped "
                + $"after {took[0].TotalSeconds:0.0} s, gateway after {took[1].TotalSeconds:0.0} s; answers so far: {trial.Fleet}");
        cluster.Postgres.Resume();
        await (paused ? ResumeAsync(cluster) : cluster.Redis.StartAgainAsync());
        await cluster.StartAllAsync();
        await trial.RecoveryAsync("a stop without Redis", Soon);
        await trial.EndAsync(TimeSpan.FromSeconds(1));
    }

    private static async Task<TimeSpan> StopAsync(Member member)
    {
        var watch = Stopwatch.StartNew();
        Signals.Terminate(member.Process!.Id);
        Assert.True(await member.Process.ExitCodeAsync(Most) == 0, member.Process.Said);
        return watch.Elapsed;
    }

    private static Task PauseAsync(Cluster cluster)
    {
        cluster.Redis.Pause();
        return Task.CompletedTask;
    }

    private static Task ResumeAsync(Cluster cluster)
    {
        cluster.Redis.Resume();
        return Task.CompletedTask;
    }
}
