using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Rollcall.Journal;

internal static class JournalHosting
{
    /// <summary>Where changes of devices are stored and their rows read, and whether the store is there.</summary>
    public static ISiloBuilder AddJournal(this ISiloBuilder silo, JournalOptions options)
    {
        silo.Services.AddSingleton(Options.Create(options))
            .AddSingleton<StoreHealth>()
            .AddSingleton<DeviceJournal>()
            .AddSingleton<IJournal>(provider => provider.GetRequiredService<DeviceJournal>())
            .AddSingleton<DeviceReader>()
            .AddSingleton<IDeviceReader>(provider => provider.GetRequiredService<DeviceReader>())
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>, JournalLifecycle>();
        return silo;
    }
}
