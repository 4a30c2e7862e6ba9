using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Rollcall.Fleet;

internal static class FleetHosting
{
    /// <summary>A customer's devices together: lists, creation, which are connected, and how long their history is kept.</summary>
    public static ISiloBuilder AddFleet(this ISiloBuilder silo, ReadOptions reads, RetentionOptions retention)
    {
        silo.Services.AddSingleton(Options.Create(retention))
            .AddSingleton<DeviceCreator>()
            .AddSingleton<ConnectedDevices>()
            .AddSingleton(provider => new ReadTurns(
                provider.GetRequiredService<IFleetStore>().Readers, reads, provider.GetRequiredService<TimeProvider>()))
            .AddHostedService<Retention>()
            .AddHostedService<CountReconciliation>()
            .AddHostedService<SearchFolding>();
        return silo;
    }
}
