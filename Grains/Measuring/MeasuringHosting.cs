using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Journal;

namespace Rollcall.Measuring;

internal static class MeasuringHosting
{
    /// <summary>The silo's meter, which follows what is stored, and its gauges.</summary>
    public static ISiloBuilder AddMeasuring(this ISiloBuilder silo)
    {
        silo.Services.AddMetrics()
            .AddSingleton(provider => new SiloMeter(provider.GetRequiredService<IMeterFactory>().Create(Instrumentation.Name)))
            .AddSingleton<IChangeSink>(provider => provider.GetRequiredService<SiloMeter>())
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloGauges>();
        return silo;
    }
}
