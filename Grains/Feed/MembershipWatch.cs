using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Rollcall.Feed;

/// <summary>
/// Notices that a silo came or went and lets the gateways know: one that is a mere client of the cluster cannot see it, and
/// what the lost silo had not yet told would stay untold.
/// </summary>
internal sealed class MembershipWatch(IClusterMembershipService membership, Feed feed) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = Living(membership.CurrentSnapshot);
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var living = Living(snapshot);
            if (!living.SetEquals(known))
            {
                known = living;
                feed.MembershipChanged();
            }
        }
    }

    /// <summary>With their status: a silo that is stopping is heard up to its end, which is one more change.</summary>
    private static HashSet<(SiloAddress, SiloStatus)> Living(ClusterMembershipSnapshot snapshot) =>
        [.. snapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead).Select(member => (member.SiloAddress, member.Status))];
}
