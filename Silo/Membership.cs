using System.Net;
using Orleans.Configuration;

namespace Rollcall.Silo;

/// <summary>How a silo finds the others, and how fast it notices that one is gone.</summary>
internal static class Membership
{
    /// <summary>
    /// A new silo does not wait for a silo whose entry in the table is older than three of these periods: a cluster that was killed as a
    /// whole starts in seconds, not after the default of 90 s.
    /// </summary>
    private static readonly TimeSpan Alive = TimeSpan.FromSeconds(2);

    public static ISiloBuilder JoinCluster(this ISiloBuilder silo, SiloSettings settings)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (Deployment.ServiceId, settings.ClusterId));
        silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = RedisOptions.ForMembership(settings.Redis));
        silo.Configure<EndpointOptions>(endpoints =>
        {
            endpoints.AdvertisedIPAddress = settings.Address;
            (endpoints.SiloPort, endpoints.GatewayPort) = (settings.Port, settings.GatewayPort);
            endpoints.SiloListeningEndpoint = new IPEndPoint(settings.Address, settings.Port);
            endpoints.GatewayListeningEndpoint = new IPEndPoint(settings.Address, settings.GatewayPort);
        });
        return silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = settings.ProbeTimeout;

            // No vote counts while anything came from that silo within this many times SILO_PROBES_MISSED; the default is four times
            // ProbeTimeout, and a stalled silo would be dead after 12 s.
            membership.MaxProbeTimeout = settings.ProbeTimeout;
            membership.NumMissedProbesLimit = settings.ProbesMissed;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            membership.IAmAliveTablePublishTimeout = Alive;
            membership.NumMissedTableIAmAliveLimit = 3;
            membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
        });
    }
}
