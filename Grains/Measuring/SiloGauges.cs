using System.Diagnostics.Metrics;
using Rollcall.Journal;
using Rollcall.Outages;
using Rollcall.Secrets;

namespace Rollcall.Measuring;

/// <summary>Gauges of a silo. They start with the silo, before any collector asks.</summary>
internal sealed class SiloGauges(
    IMeterFactory meters, SiloMeter silo, DeviceJournal journal, StoreHealth store, OutageMonitor outages, SecretChecker secrets)
        : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => Observe();

    public void Observe()
    {
        var meter = meters.Create(Instrumentation.Name);
        meter.CreateObservableUpDownCounter("rollcall.twins", () => silo.Twins, "{twin}", "Devices in this silo's memory.");
        meter.CreateObservableUpDownCounter("rollcall.journal.waiting", () => journal.Waiting, "{record}",
            "Callers that wait for their record to be stored.");
        meter.CreateObservableGauge("rollcall.store.away", () => store.IsAway ? 1 : 0, unit: null, "1 while the store cannot be written to.");
        meter.CreateObservableGauge("rollcall.gateways", () => outages.Gateways.Count, "{gateway}",
            "Gateways that this silo hears and that reach all silos. With none no device is called offline.");
        meter.CreateObservableGauge("rollcall.gateways.in_doubt", () => outages.Gateways.SuspectCount, "{gateway}",
            "Gateways that this silo hears and that do not reach all silos. Devices last heard there are not called offline.");
        meter.CreateObservableCounter("rollcall.gateways.losses", () => outages.Gateways.Losses, "{loss}",
            "Times that a gateway fell silent, left, or was in doubt; its devices get their whole timeout again.");
        meter.CreateObservableUpDownCounter("rollcall.bcrypt.waiting", () => secrets.Waiting, "{check}",
            "Checks of chosen secrets that wait for a place.");
    }
}
