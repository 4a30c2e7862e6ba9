using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Rollcall.Measuring;

namespace Rollcall.Fleet;

/// <summary>
/// Compares the counts of customers with their devices: when this silo starts, after a silo was lost, and once a day. Every change of this version
/// keeps the counts in its transaction. A silo of a former version does not count states: what it changes is wrong in the counts until this runs
/// again, which is soon after the last of them has left.
/// </summary>
internal sealed partial class CountReconciliation(
    IFleetStore store, IClusterMembershipService membership, ILocalSiloDetails self, SiloMeter meter, TimeProvider clock, ILoggerFactory logs)
        : BackgroundService
{
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Fleet.CountReconciliation");
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>What a lost silo has sent to the store may be written after it is known as lost.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <summary>After a failure: the store is away, or has so many rows that they cannot be counted in time.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(10), Latest = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), DailyAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken stop)
    {
        HashSet<SiloAddress>? known = null;
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stop))
        {
            var there = snapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead).Select(member => member.SiloAddress).ToHashSet();
            if (!IsActive(snapshot, self.SiloAddress))
            {
                continue;
            }

            if (known is null)
            {
                await ReconcileAsync(stop);
            }
            else if (IsFirst(snapshot) && !there.IsSupersetOf(known))
            {
                await Task.Delay(Settled, clock, stop);
                await ReconcileAsync(stop);
            }

            known = there;
        }
    }

    private async Task DailyAsync(CancellationToken stop)
    {
        using var days = new PeriodicTimer(Day, clock);
        while (await days.WaitForNextTickAsync(stop))
        {
            if (IsFirst(membership.CurrentSnapshot))
            {
                await ReconcileAsync(stop);
            }
        }
    }

    private async Task ReconcileAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            for (var again = Soonest; !await TryReconcileAsync(stop); again = again < Latest ? 2 * again : again)
            {
                await Task.Delay(again, clock, stop);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> TryReconcileAsync(CancellationToken stop)
    {
        try
        {
            var corrected = await store.ReconcileCountsAsync(stop);
            if (corrected is [var first, ..])
            {
                meter.CountsCorrected(corrected.Sum(one => one.Added.Sum(count => Math.Abs(count.Difference))));
                LogCorrected(
                    corrected.Count, first.CustomerId, string.Join(", ", first.Added.Select(count => $"{count.Name} {count.Difference:+#;-#}")));
            }

            return true;
        }
        catch (Exception failed) when (!stop.IsCancellationRequested)
        {
            LogFailed(failed.GetType().Name);
            return false;
        }
    }

    private bool IsFirst(ClusterMembershipSnapshot snapshot) =>
        snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Min(member => member.SiloAddress) is { } first
        && first.Equals(self.SiloAddress);

    private static bool IsActive(ClusterMembershipSnapshot snapshot, SiloAddress silo) =>
        snapshot.Members.TryGetValue(silo, out var member) && member.Status == SiloStatus.Active;

    [LoggerMessage(
        LogLevel.Information,
        "The counts of {Customers} customers were not those of their devices and are corrected; {Customer}: {What}. A former version that runs "
            + "beside this one, or ran before it, does not count states; at any other time this is a mistake of ours")]
    private partial void LogCorrected(int customers, string customer, string what);

    [LoggerMessage(LogLevel.Debug, "Counts could not be compared yet: {Fault}")]
    private partial void LogFailed(string fault);
}
