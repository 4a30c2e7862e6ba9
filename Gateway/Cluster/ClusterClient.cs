using Orleans.Configuration;
using Orleans.Dashboard;
using Rollcall.Measuring;
using Rollcall.Warming;

namespace Rollcall.Cluster;

/// <summary>Makes the gateway a client of a cluster of silos. It finds them in Redis, and uses no database.</summary>
internal static class ClusterClient
{
    public static void AddClusterClient(this WebApplicationBuilder builder, RedisAddress redis, GatewaySettings settings, TelemetrySettings telemetry)
    {
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ServiceId = Deployment.ServiceId;
                cluster.ClusterId = Deployment.ClusterId(builder.Configuration);
            });
            client.UseRedisClustering(clustering => clustering.ConfigurationOptions = RedisOptions.ForMembership(redis));
            client.Configure<GatewayOptions>(silos => silos.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));

            // A device waits 10 s: time for one call that gets lost, and for another.
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(4));
            client.Services.AddSingleton<IClientConnectionRetryFilter, TryUntilStopped>();
            if (telemetry.SendsTraces)
            {
                client.AddActivityPropagation();
            }

            if (settings.Dashboard.IsOn)
            {
                client.AddDashboard(dashboard => dashboard.HideTrace = true);
            }
        });

        // Answers 503 from the first moment on, instead of none until a silo is there.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.Services.AddHostedService<GatewayHeartbeat>();
    }

    private sealed class TryUntilStopped(SiloContact silos, TimeProvider clock) : IClientConnectionRetryFilter
    {
        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            silos.Failed();
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            return true;
        }
    }
}
