using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Rollcall.Fleet;

/// <summary>
/// Rewrites the search text of devices where a former version folded it differently: when a cluster starts, and when a silo is lost, which
/// may have run the former version and written until its end. Works in pages with pauses, and retries a page after a failure; a repeated
/// pass writes nothing twice. Only the silo with the lowest address does it.
/// </summary>
internal sealed partial class SearchFolding(
    IFleetStore store, IClusterMembershipService membership, ILocalSiloDetails self, TimeProvider clock, ILoggerFactory logs)
        : BackgroundService
{
    /// <summary>Under the category by which operators know these lines.</summary>
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Roster.SearchFolding");

    /// <summary>Rows in one step. A step writes within milliseconds: heartbeats of these devices wait that long.</summary>
    private const int Page = 500;

    /// <summary>Between two pages: 300,000 devices are checked within half a minute, and nobody waits for it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>After a page that could not be written whole: the store is away, or others write those rows.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HashSet<SiloAddress>? known = null;
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            // A silo that is stopping writes until it is dead.
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

    [LoggerMessage(LogLevel.Debug, "Search texts could not be folded yet: {Fault}")]
    private partial void LogFailed(string fault);

    [LoggerMessage(LogLevel.Information, "The search texts of {Count} devices were folded again by this version")]
    private partial void LogFolded(int count);
}
