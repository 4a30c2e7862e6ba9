using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Devices.Presence;
using Rollcall.Journal;
using Rollcall.Measuring;
using Rollcall.Outages;
using Rollcall.Secrets;
using Rollcall.Warming;

namespace Rollcall.Devices;

internal static class DeviceHosting
{
    /// <summary>The twins: what they share, how long they stay in memory, and who wakes them.</summary>
    public static ISiloBuilder AddDevices(this ISiloBuilder silo, DeviceOptions options)
    {
        silo.Services.AddSingleton(Options.Create(options))
            .AddSingleton<OutageMonitor>()
            .AddSingleton(Shared)
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloWarmUp>()
            .AddSingleton<Recall>()
            .AddHostedService(provider => provider.GetRequiredService<Recall>());
        return silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = options.LongestIdle);
    }

    private static TwinServices Shared(IServiceProvider provider)
    {
        var (clock, options) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<DeviceOptions>>().Value);
        var (store, health) = (provider.GetRequiredService<ICommandStore>(), provider.GetRequiredService<StoreHealth>());
        return new TwinServices(
            provider.GetRequiredService<IJournal>(),
            provider.GetRequiredService<IDeviceReader>(),
            provider.GetRequiredService<OutageMonitor>(),
            provider.GetRequiredService<Feed.Feed>(),
            provider.GetRequiredService<SecretChecker>(),
            provider.GetRequiredService<SiloMeter>(),
            options,
            clock)
        {
            Sinks = [.. provider.GetServices<IChangeSink>()],
            Recall = provider.GetRequiredService<Recall>(),
            Wall = provider.GetRequiredService<ClockTrust>().Now,
            Commands = store,
            Parameters = new CommandParameters(store, () => health.IsAway, options.CommandCacheBytes, clock),
            StoreIsAway = () => health.IsAway,
            Log = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Rollcall.Devices.Maintenance"),
            WarmUp = new Lazy<TwinServices>(() => WarmUpTwins.Create(provider)),
        };
    }
}
