using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Rollcall.Devices;
using Rollcall.Fleet;

namespace Rollcall.Administration.Importing;

/// <summary>The cluster that serves a store, for a tool beside it.</summary>
internal sealed class ServingCluster : IServingCluster, IAsyncDisposable
{
    private static readonly TimeSpan ToConnect = TimeSpan.FromSeconds(10);
    private readonly IHost _host;
    private readonly IGrainFactory _grains;
    private bool _untold;

    private ServingCluster(IHost host) => (_host, _grains) = (host, host.Services.GetRequiredService<IGrainFactory>());

    /// <summary>Some devices were added without notice to watchers: portals see them when they are loaded again.</summary>
    public bool HasUntold => _untold;

    /// <returns>Null: no silo answers.</returns>
    /// <exception cref="SettingException">REDIS_URL is missing or wrong.</exception>
    public static async Task<ServingCluster?> FindAsync(IConfiguration configuration)
    {
        var redis = Deployment.OfSilo(configuration);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(
                cluster => (cluster.ServiceId, cluster.ClusterId) = (Deployment.ServiceId, Deployment.ClusterId(configuration)));
            client.UseRedisClustering(clustering => clustering.ConfigurationOptions = RedisOptions.ForMembership(redis));
        });
        var host = builder.Build();
        try
        {
            using var timeout = new CancellationTokenSource(ToConnect);
            await host.StartAsync(timeout.Token);
            return new ServingCluster(host);
        }
        catch (Exception)
        {
            host.Dispose();
            return null;
        }
    }

    public async Task AnnounceAsync(string customerId, IReadOnlyList<string> deviceIds)
    {
        try
        {
            await _grains.GetFleet(customerId).Announce(deviceIds);
        }
        catch (Exception)
        {
            _untold = true;
        }
    }

    public async Task<Refusal> AmendAsync(string customerId, string deviceId, Amendment amendment)
    {
        try
        {
            return await _grains.GetDevice(deviceId).Amend(customerId, amendment);
        }
        catch (Exception)
        {
            return Refusal.Unavailable;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
