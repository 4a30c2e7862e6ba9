using Rollcall.Running;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

/// <summary>
/// An upgrade as the handbook has it, and the way back: the tables first, then one process after the other, under beats, sockets,
/// commands, a watch and reads. FORMER_SILO_PROGRAM and FORMER_GATEWAY_PROGRAM name the build it begins with; else it is a restart of all.
/// </summary>
public sealed class UpgradeTests(SharedCluster shared, ITestOutputHelper output)
{
    private const int Sockets = 20;
    private const string Prefix = "upgraded";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Nobody_notices_that_every_process_is_replaced_one_after_the_other()
    {
        if (!Cluster.HasFormer)
        {
            await UpgradeAsync(await shared.WholeAsync());
            return;
        }

        await using var cluster = await Cluster.StartAsync(former: true);
        await UpgradeAsync(cluster);
    }

    private async Task UpgradeAsync(Cluster cluster)
    {
        var agents = cluster.RunAgents(1, Cluster.EnrolmentKey, Prefix, Sockets, sockets: true);
        using var portal = cluster.Portal();
        await portal.AllAreAsync("online", Prefix, Sockets, Soon);

        await using var trial = await Trial.BeginAsync(cluster, output, new Random(1));
        await using var watch = await WatchingPortal.OpenAsync(
            cluster.Addresses,
            [.. (await portal.DevicesAsync(Prefix)).Select(device => device.DeviceId), .. trial.Fleet.Devices.Select(device => device.Id)]);
        await using var reads = new ReadingPortal(cluster.Addresses, Prefix, trial.Fleet.Devices[0].Id);
        await using var commands = new CommandStream(cluster.Addresses, cluster.Roll, Prefix, Sockets);

        await ForthAsync(cluster, trial);
        if (Cluster.HasFormer)
        {
            await BackAsync(cluster, trial);
        }

        output.WriteLine($"commands: {await commands.EndAsync()}");
        output.WriteLine($"reads: {await reads.EndAsync()}");
        await trial.EndAsync(TimeSpan.FromSeconds(1));
        output.WriteLine($"watch: {await watch.IsCompleteAsync(cluster.Roll, Soon)}");
        await agents.KillAsync();
    }

    private async Task ForthAsync(Cluster cluster, Trial trial)
    {
        await cluster.MigrateAsync();
        await trial.RecoveryAsync("migration", Soon);
        foreach (var silo in cluster.Silos)
        {
            await ReplaceAsync(trial, silo, one => cluster.StartSiloAsync(one), "a silo");
        }

        // The one that was started last has none of the twins, and gets its share.
        var twins = Array.Empty<double>();
        var took = await Eventually.IsSoAsync(
            async () => (twins = await Cluster.ReadAsync("rollcall_twins", cluster.Silos)).Min() > 0.4 * twins.Sum(),
            TimeSpan.FromSeconds(40), () => $"both silos have twins: {string.Join(" and ", twins)}");
        output.WriteLine($"twins on {string.Join(" and ", twins)} after {took.TotalSeconds:0} s");
        Assert.Empty(trial.Fleet.Answers.Keys.Except([200, 202]));
        foreach (var gateway in cluster.Gateways)
        {
            await ReplaceAsync(trial, gateway, cluster.StartGatewayAsync, "a gateway");
        }
    }

    /// <summary>
    /// Silos first again, so that each version's gateways have met the other's silos. Tables that have grown need a stop of all silos.
    /// </summary>
    private async Task BackAsync(Cluster cluster, Trial trial)
    {
        if (cluster.Roll.Step() == cluster.FormerStep)
        {
            foreach (var silo in cluster.Silos)
            {
                await ReplaceAsync(trial, silo, one => cluster.StartSiloAsync(one), "a silo", former: true);
            }
        }
        else
        {
            await RefusedAsync(cluster);
            await Task.WhenAll(cluster.Silos.Select(silo => StopAsync(silo, former: true)));
            await cluster.MigrateBackAsync();
            await cluster.StartAllAsync();
            await trial.RecoveryAsync("restart of all silos", TimeSpan.FromSeconds(20));
        }

        foreach (var gateway in cluster.Gateways)
        {
            await ReplaceAsync(trial, gateway, cluster.StartGatewayAsync, "a gateway", former: true);
        }
    }

    /// <summary>The former program never works on tables that it does not know.</summary>
    private static async Task RefusedAsync(Cluster cluster)
    {
        var refused = cluster.RunSilo(former: true);
        Assert.Equal(2, await refused.ExitCodeAsync(Soon));
        Assert.StartsWith("The store is at step ", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    private async Task ReplaceAsync(Trial trial, Member member, Func<Member, Task> startAsync, string name, bool former = false)
    {
        name = former ? name + " by the former" : name;
        await trial.AnyMomentAsync();
        await StopAsync(member, former);
        output.WriteLine($"{name} stopped; answers so far: {trial.Fleet}");
        await startAsync(member);
        await trial.RecoveryAsync($"restart of {name}", TimeSpan.FromSeconds(20));
        var unserved = Unserved(trial);
        await trial.AnyMomentAsync();
        Assert.Equal(unserved, Unserved(trial));
    }

    private static async Task StopAsync(Member member, bool former)
    {
        Signals.Terminate(member.Process!.Id);
        Assert.True(await member.Process.ExitCodeAsync(TimeSpan.FromSeconds(60)) == 0, member.Process.Said);
        member.IsFormer = former;
    }

    private static int Unserved(Trial trial) => trial.Fleet.Answers.Where(one => one.Key is not (200 or 202)).Sum(one => one.Value);
}
