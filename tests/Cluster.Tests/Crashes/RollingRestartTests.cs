using Rollcall.Processes;
using Rollcall.Running;

namespace Rollcall.Crashes;

/// <summary>An upgrade: one silo after the other stops, as asked, and is started again.</summary>
public sealed class RollingRestartTests(SharedCluster shared, ITestOutputHelper output)
{
    [Fact]
    public async Task No_device_notices_that_both_silos_are_restarted_one_after_the_other()
    {
        var cluster = await shared.WholeAsync();
        await using var trial = await Trial.BeginAsync(cluster, output, new Random(1));
        foreach (var silo in cluster.Silos)
        {
            await trial.AnyMomentAsync();
            Signals.Terminate(silo.Process!.Id);
            Assert.True(await silo.Process.ExitCodeAsync(TimeSpan.FromSeconds(60)) == 0, silo.Process.Said);
            output.WriteLine($"stopped; answers so far: {trial.Fleet}");
            await cluster.StartSiloAsync(silo);
            await trial.RecoveryAsync("restart of a silo", TimeSpan.FromSeconds(20));
        }

        // The one that was started last has none of the twins, and gets its share.
        var twins = Array.Empty<double>();
        var took = await Eventually.IsSoAsync(
            async () => (twins = await Cluster.ReadAsync("rollcall_twins", cluster.Silos)).Min() > 0.4 * twins.Sum(),
            TimeSpan.FromSeconds(40), () => $"both silos have twins: {string.Join(" and ", twins)}");
        output.WriteLine($"twins on {string.Join(" and ", twins)} after {took.TotalSeconds:0} s");
        Assert.Empty(trial.Fleet.Answers.Keys.Except([200, 202]));
        await trial.EndAsync(TimeSpan.FromSeconds(1));
    }
}
