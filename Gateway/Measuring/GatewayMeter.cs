using System.Diagnostics.Metrics;

namespace Rollcall.Measuring;

/// <summary>What a gateway counts of its portals and its devices' sockets.</summary>
internal sealed class GatewayMeter
{
    private readonly Counter<long> _updates;
    private readonly Counter<long> _conflated;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _behind;
    private int _portals;
    private int _deviceConnections;

    public GatewayMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Instrumentation.Name);
        _updates = meter.CreateCounter<long>("rollcall.portal.updates", "{update}", "Updates of devices sent to portals.");
        _conflated = meter.CreateCounter<long>(
            "rollcall.portal.conflated", "{update}", "Updates folded into a newer one of the same device instead of being sent.");
        _frames = meter.CreateCounter<long>("rollcall.link.frames", "{frame}", "Text frames of devices, good or not.");
        _behind = meter.CreateCounter<long>("rollcall.portal.behind", "{portal}",
            "Portals closed because too many changes of commands waited for them.");
        meter.CreateObservableUpDownCounter(
            "rollcall.links", () => Volatile.Read(ref _deviceConnections), "{link}", "Devices' sockets that this gateway holds.");
        meter.CreateObservableUpDownCounter("rollcall.portals", () => Volatile.Read(ref _portals), "{portal}", "Portals connected to this gateway.");
    }

    public void PortalOpened() => Interlocked.Increment(ref _portals);

    public void PortalClosed() => Interlocked.Decrement(ref _portals);

    public void PortalBehind() => _behind.Add(1);

    public void DeviceConnected() => Interlocked.Increment(ref _deviceConnections);

    public void DeviceDisconnected() => Interlocked.Decrement(ref _deviceConnections);

    public void Frame() => _frames.Add(1);

    public void Sent(int updates) => _updates.Add(updates);

    public void Conflated(int updates) => _conflated.Add(updates);
}
