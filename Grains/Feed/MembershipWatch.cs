using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Rollcall.Outages;

namespace Rollcall.Feed;

/// <summary>
/// Tells gateways that a silo joined or left. A gateway that is only a client of the cluster cannot see it, and the changes that a lost silo
/// had not sent yet would stay unknown.
/// </summary>
internal sealed class MembershipWatch(IClusterMembershipService membership, Feed feed, OutageMonitor outages) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = Living(membership.CurrentSnapshot);
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var living = Living(snapshot);
            if (!living.SetEquals(known))
            {
                if (known.Any(former => !living.Any(silo => silo.Item1.Equals(former.Item1))))
                {
                    outages.SiloLost();
                }

                known = living;
                feed.MembershipChanged();
            }
        }
    }

    /// <summary>With their status: a silo that is stopping still sends changes, so its end is one more change.</summary>
    private static HashSet<(SiloAddress, SiloStatus)> Living(ClusterMembershipSnapshot snapshot) =>
        [.. snapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead).Select(member => (member.SiloAddress, member.Status))];
}
