using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Measuring;
using Rollcall.Outages;
using Rollcall.Secrets;

namespace Rollcall.Warming;

/// <summary>The services of a warm-up's twins: the same code as for all twins, with a journal, a feed and a meter that nobody reads.</summary>
internal static class WarmUpTwins
{
    /// <summary>A name that our telemetry does not collect.</summary>
    private const string MeterName = "Rollcall.WarmUp";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public static TwinServices Create(IServiceProvider silo)
    {
        var (clock, options, outages) = (silo.GetRequiredService<TimeProvider>(), silo.GetRequiredService<IOptions<JournalOptions>>(),
            silo.GetRequiredService<OutageMonitor>());
        var half = options.Value.Timeout / 2;
        var store = new WarmUpStore(silo.GetRequiredService<IDeviceStore>(), half < Longest ? half : Longest, clock);
        var health = new StoreHealth(store, outages, silo.GetRequiredService<IGrainFactory>(), options, clock, NullLogger<StoreHealth>.Instance);
        var meter = new SiloMeter(new Meter(MeterName));
        var journal = new DeviceJournal(store, health, options, meter, clock, NullLogger<DeviceJournal>.Instance);
        var reader = new DeviceReader(store, health, options, clock, NullLogger<DeviceReader>.Instance);
        journal.Start();
        reader.Start();
        return new TwinServices(
            journal, reader, outages, new Feed.Feed(clock, NullLoggerFactory.Instance), silo.GetRequiredService<SecretChecker>(),
            meter, silo.GetRequiredService<IOptions<DeviceOptions>>().Value, clock);
    }
}
