using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Rollcall.Fleet;

/// <summary>
/// Writes anew what lists search in, where a program of before has folded it otherwise: when a cluster starts, and when a silo is gone
/// for good, which may have been of the former version and written until its end. In pages with pauses, from the last one on after a
/// fault; a pass that is begun anew reads again and writes nothing twice. One silo does it, the one with the lowest address.
/// </summary>
internal sealed partial class SearchFolding(
    IFleetStore store, IClusterMembershipService membership, ILocalSiloDetails self, TimeProvider clock, ILogger<SearchFolding> log)
        : BackgroundService
{
    /// <summary>Rows looked at in one step. What is written in one is written within milliseconds: beats wait for these rows so long.</summary>
    private const int Page = 500;

    /// <summary>Between two pages: 300,000 devices are looked at within half a minute and keep nobody waiting.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>After a page of which something was left: the store is away, or others write those rows.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HashSet<SiloAddress>? known = null;
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            // A silo that stops writes until it is dead.
            var there = snapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead).Select(member => member.SiloAddress).ToHashSet();
            var active = snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToHashSet();
            if (!active.Contains(self.SiloAddress))
            {
                continue;
            }

            if (active.Min()!.Equals(self.SiloAddress) && (known is null || !there.IsSupersetOf(known)))
            {
                await FoldAllAsync(stoppingToken);
            }

            known = there;
        }
    }

    private async Task FoldAllAsync(CancellationToken stop)
    {
        var (after, folded) = ((string?)"", 0);
        while (after is { } place)
        {
            try
            {
                (after, var some) = await store.FoldSearchAsync(place, Page, stop);
                folded += some;
            }
            catch (Exception failed) when (!stop.IsCancellationRequested)
            {
                LogFailed(failed.GetType().Name);
            }

            await Task.Delay(after == place ? Again : Pause, clock, stop);
        }

        if (folded > 0)
        {
            LogFolded(folded);
        }
    }

    [LoggerMessage(LogLevel.Debug, "What is searched in is not folded yet: {Fault}")]
    private partial void LogFailed(string fault);

    [LoggerMessage(LogLevel.Information, "{Count} devices are found by their names as this version folds them")]
    private partial void LogFolded(int count);
}
