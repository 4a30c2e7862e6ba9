using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Rollcall.Running;
using Rollcall.Support.Processes;

namespace Rollcall.Crashes;

/// <summary>When the others count a silo as dead, by SILO_PROBE_TIMEOUT x SILO_PROBES_MISSED, here the defaults: 1.5 s x 2.</summary>
public sealed class StandstillTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <summary>On a busy machine. A quiet one needs one window after a kill, two for one that stands still: what is printed.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(Cluster.IsOfAnotherBuild ? 60 : 20);

    [Fact]
    public async Task A_pause_of_2_seconds_evicts_nobody_and_a_silo_that_stands_still_is_dead_soon()
    {
        var cluster = await shared.WholeAsync();
        var (watcher, silo) = (cluster.Silos[0], cluster.Silos[1]);
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            Signals.Stop(silo.Process!.Id);
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
            Signals.Continue(silo.Process.Id);
            await Task.Delay(Window, TimeProvider.System);
            Assert.True(silo.Runs, "it was evicted for 2 s: " + silo.Process.Said);
            Assert.Equal(2, await SilosAsync(watcher));

            Signals.Stop(silo.Process.Id);
            output.WriteLine($"stood still: dead after {(await IsAloneAsync(watcher, Most)).TotalSeconds:0.0} s");
            await silo.KillAsync();
            await cluster.StartAllAsync();
            await Eventually.IsSoAsync(async () => await SilosAsync(watcher) == 2, because: () => "both are members");
        }
    }

    [Fact]
    public async Task A_silo_that_is_killed_is_dead_soon()
    {
        var cluster = await shared.WholeAsync();
        for (var round = 0; round < Rounds.Of(1); round++)
        {
            await Eventually.IsSoAsync(async () => await SilosAsync(cluster.Silos[0]) == 2, because: () => "both are members");
            await cluster.Silos[1].KillAsync();
            output.WriteLine($"kill -9: dead after {(await IsAloneAsync(cluster.Silos[0], Most)).TotalSeconds:0.0} s");
            await cluster.StartAllAsync();
        }
    }

    private static Task<TimeSpan> IsAloneAsync(Member silo, TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        return Eventually.IsSoAsync(async () => await SilosAsync(silo) == 1, within,
            () => $"the other is dead after {watch.Elapsed}: {silo.Process!.Said}");
    }

    private static async Task<int> SilosAsync(Member silo)
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<JsonElement>(new Uri($"http://127.0.0.1:{silo.HealthPort}/readyz"))).GetProperty("silos").GetInt32();
    }
}
