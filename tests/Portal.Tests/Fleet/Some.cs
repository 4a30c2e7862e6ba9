using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Tests.Fleet;

/// <summary>Devices as the server would tell them.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    public static Device Device(string id, string status = "online", long seq = 1, int seen = 0, string? name = null, string health = "healthy",
        double? cpu = null) => new(
        id, name, null, "demo", "active", status, health, "heartbeat", Noon, Noon.AddSeconds(seen), false,
        cpu is null ? null : new Dictionary<string, double> { ["cpu"] = cpu.Value }, seq);

    /// <summary>The same as an element of device_status: without its profile.</summary>
    public static Device Bare(this Device device) => device with { Name = null, Location = null, CustomerId = null, Mode = null };

    public static WatchAnswer Snapshot(params Device[] devices) => new(
        devices, new Counts(devices.Length, devices.Count(device => device.IsOnline), devices.Count(device => !device.IsOnline)), false);

    public static FleetState Fleet(params Device[] devices)
    {
        var state = new FleetState();
        state.Expect();
        state.Take(Snapshot(devices));
        return state;
    }
}
