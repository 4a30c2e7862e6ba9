using System.Diagnostics.Metrics;

namespace Rollcall.Auth;

/// <summary>Whether an authority can be asked, measured: portals are answered 503 when its keys are an hour old.</summary>
internal static class AuthorityMeter
{
    public static void Observe(AuthorityKeys keys, IMeterFactory meters)
    {
        var meter = meters.Create(Instrumentation.Name);
        meter.CreateObservableCounter("rollcall.authority.failures", () => keys.Failures, "{fetch}", "Fetches of the authority's keys that failed.");
        meter.CreateObservableGauge("rollcall.authority.keys.age", () => keys.KeysAge.TotalSeconds, "s",
            "How old the authority's keys are; above an hour when there are none.");
    }
}
