using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Rollcall.Clocks;
using Rollcall.Cluster;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Journal;
using Rollcall.Fleet;
using Rollcall.Secrets;
using Rollcall.Measuring;

namespace Rollcall;

/// <summary>Adds the device twins to a silo.</summary>
public static class TwinHosting
{
    /// <summary>
    /// Registers the twins and their services. The host adds an implementation of the stores, a clustering, a reminder service and the
    /// grain storage <see cref="GrainStorageNames.Storage"/>.
    /// </summary>
    public static ISiloBuilder AddTwins(this ISiloBuilder silo, TwinSettings settings)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Options.Create(settings.Devices));
        services.AddSingleton(Options.Create(settings.Journal));
        services.AddSingleton(Options.Create(settings.Secrets));
        services.AddSingleton(Options.Create(settings.Retention));
        services.AddSingleton(Options.Create(settings.Enrolment));
        services.AddMetrics();
        services.AddSingleton(provider => new SiloMeter(provider.GetRequiredService<IMeterFactory>().Create(Instrumentation.Name)));
        services.AddSingleton<IChangeSink>(provider => provider.GetRequiredService<SiloMeter>());
        services.AddSingleton<ClockTrust>();
        services.AddSingleton<OutageMonitor>();
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<DeviceJournal>();
        services.AddSingleton<IJournal>(provider => provider.GetRequiredService<DeviceJournal>());
        services.AddSingleton<DeviceReader>();
        services.AddSingleton<IDeviceReader>(provider => provider.GetRequiredService<DeviceReader>());
        services.AddSingleton<DeviceCreator>();
        services.AddSingleton<SecretChecker>();
        services.AddSingleton<Pace>();
        services.AddSingleton<Feed.Feed>();
        services.AddSingleton<Recall>();
        services.AddPlacementDirector<NamedSiloPlacement, NamedSiloDirector>();
        services.AddSingleton(provider => new TwinServices(
            provider.GetRequiredService<IJournal>(),
            provider.GetRequiredService<IDeviceReader>(),
            provider.GetRequiredService<OutageMonitor>(),
            provider.GetRequiredService<Feed.Feed>(),
            provider.GetRequiredService<SecretChecker>(),
            provider.GetRequiredService<Pace>(),
            provider.GetRequiredService<SiloMeter>(),
            provider.GetRequiredService<IOptions<DeviceOptions>>().Value,
            provider.GetRequiredService<TimeProvider>())
        {
            Sinks = [.. provider.GetServices<IChangeSink>()],
            Recall = provider.GetRequiredService<Recall>(),
            Wall = provider.GetRequiredService<ClockTrust>().Now,
            Commands = provider.GetRequiredService<ICommandStore>(),
            Parameters = new CommandParameters(
                provider.GetRequiredService<ICommandStore>(), () => provider.GetRequiredService<StoreHealth>().IsAway,
                settings.Devices.CommandCacheBytes,
                provider.GetRequiredService<TimeProvider>()),
            StoreIsAway = () => provider.GetRequiredService<StoreHealth>().IsAway,
            WarmUp = new Lazy<TwinServices>(() => WarmUpTwins.Create(provider)),
        });
        services.AddSingleton<ConnectedDevices>();
        services.AddSingleton(provider => new ReadTurns(
            provider.GetRequiredService<IFleetStore>().Readers, settings.Reads, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, JournalLifecycle>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloGauges>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloWarmUp>();
        services.AddHostedService<Retention>();
        services.AddHostedService<MembershipWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<Recall>());
        services.AddHostedService<SearchFolding>();
        services.AddHostedService<SecretHardening>();

        services.Configure<GrainCollectionOptions>(collection =>
            collection.CollectionAge = Max(2 * settings.Devices.HeartbeatTimeout, TimeSpan.FromMinutes(5)));

        // Waiting calls of one device. A device that sends faster than it is answered gets 429.
        services.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = TimeSpan.FromSeconds(5);
            messaging.MaxEnqueuedRequestsHardLimit = 100;

            // For an answer of the directory that was lost with its connection: the default of 30 s is three times as long as a device waits.
            messaging.PlacementTimeout = TimeSpan.FromSeconds(5);
            messaging.SystemResponseTimeout = TimeSpan.FromSeconds(10);
        });
        services.Configure<SiloConnectionOptions>(ports => ports.ConfigureSiloOutboundConnection(CalledSilo.Check));

        // A placement that takes too long ends with an exception of Polly. If it could not be sent, the caller would wait for its own timeout.
        services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedNamespacePrefixes.Add("Polly"));

#pragma warning disable ORLEANSEXP003 // Experimental, and the only directory whose graceful stop keeps the survivors' activations.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003

        // It would delay new activations of a dead silo's grains for 18 s, in case that silo is still alive. Here a
        // twin's row is written at one revision only, so of two activations one is fenced: nothing has to be waited for.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
        return silo;
    }

    /// <summary>A gateway in this process is ready. Until the first gateway is, no timeout runs.</summary>
    public static void GatewayJoined(this IServiceProvider silo, string incarnation) =>
        silo.GetRequiredService<OutageMonitor>().GatewayJoined(incarnation);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
