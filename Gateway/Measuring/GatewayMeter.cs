using System.Diagnostics.Metrics;

namespace Rollcall.Measuring;

/// <summary>What a gateway counts of its portals.</summary>
internal sealed class GatewayMeter
{
    private readonly Counter<long> _updates;
    private readonly Counter<long> _conflated;
    private int _portals;

    public GatewayMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Instrumentation.Name);
        _updates = meter.CreateCounter<long>("rollcall.portal.updates", "{update}", "Updates of devices sent to portals.");
        _conflated = meter.CreateCounter<long>("rollcall.portal.conflated", "{update}", "Updates folded into a newer one of the same device instead of being sent.");
        meter.CreateObservableUpDownCounter("rollcall.portals", () => Volatile.Read(ref _portals), "{portal}", "Portals connected to this gateway.");
    }

    public void PortalOpened() => Interlocked.Increment(ref _portals);

    public void PortalClosed() => Interlocked.Decrement(ref _portals);

    public void Sent(int updates) => _updates.Add(updates);

    public void Conflated(int updates) => _conflated.Add(updates);
}
