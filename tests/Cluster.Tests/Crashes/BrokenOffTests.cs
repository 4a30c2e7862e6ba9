using System.Globalization;
using Rollcall.Running;
using Rollcall.Support.Processes;

namespace Rollcall.Crashes;

/// <summary>A stop that is asked for while a member of the cluster still starts.</summary>
public sealed class BrokenOffTests(SharedCluster shared, ITestOutputHelper output)
{
    private const int Starts = 3;
    private const int LongestStart = 2_500;

    /// <summary>Milliseconds for the rest of it.</summary>
    private const int FirstLine = 50;
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_stop_at_any_moment_of_a_silo_s_start_is_a_clean_end()
    {
        var cluster = await shared.WholeAsync();
        var random = Seeded();
        foreach (var _ in Enumerable.Range(0, Rounds.Of(1)))
        {
            int[] moments = [.. Enumerable.Range(0, Starts).Select(part => (part * LongestStart / Starts) + random.Next(LongestStart / Starts))];
            await Task.WhenAll(moments.Select(moment => EndsAsync(cluster.LaunchSilo(new Member(Ports.Free(), Ports.Free(), Ports.Free())), moment)));
        }
    }

    [Fact]
    public async Task So_it_is_of_a_gateway_that_finds_no_Redis()
    {
        var cluster = await shared.WholeAsync();
        var random = Seeded();
        cluster.Redis.Pause();
        try
        {
            int[] moments = [random.Next(1_000), 1_000 + random.Next(2_000)];
            await Task.WhenAll(moments.Select(moment => EndsAsync(cluster.LaunchGateway(new Member(Ports.Free(), 0, Ports.Free())), moment)));
        }
        finally
        {
            cluster.Redis.Resume();
        }
    }

    private static async Task EndsAsync(Child process, int moment)
    {
        await Eventually.IsSoAsync(() => Signals.Listens(process.Id), Quickly, () => "it has begun");
        await Task.Delay(TimeSpan.FromMilliseconds(FirstLine + moment), TimeProvider.System);
        Signals.Terminate(process.Id);
        var code = await process.ExitCodeAsync(Quickly);
        Assert.True(
            code == 0 && process.Errors.Count == 0 && !process.Said.Contains("   at ", StringComparison.Ordinal),
            $"after {moment} ms it ended with {code}:\n{process.Said}");
    }

    private Random Seeded()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_SEED"), NumberStyles.None, null, out var given)
            ? given : Random.Shared.Next();
        output.WriteLine($"CLUSTER_SEED={seed}");
        return new Random(seed);
    }
}
