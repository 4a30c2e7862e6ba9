using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Rollcall.GrainStates;

/// <summary>A silo for the sake of Orleans' ADO.NET grain storage in it.</summary>
internal sealed class AdoNetSilo : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private AdoNetSilo(InProcessTestCluster cluster) => _cluster = cluster;

    public IGrainStorage Storage => _cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("states");

    public static async Task<AdoNetSilo> StartAsync(Action<AdoNetGrainStorageOptions> options)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = Deployment.ServiceId;
        builder.ConfigureSilo((_, silo) => silo.UseSystemTextJsonGrainStorageSerializer().AddAdoNetGrainStorage("states", options));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new AdoNetSilo(cluster);
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
