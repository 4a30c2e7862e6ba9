using Rollcall.Devices;
using Rollcall.PortalApi.Devices;

namespace Rollcall.PortalApi.Hub;

/// <summary>What is watched, as stored. Live events follow without a gap and may precede this answer: order by (seq, lastSeen).</summary>
/// <param name="Truncated">There are more devices than the limit; those beyond it are not watched.</param>
internal sealed record WatchAnswer(IReadOnlyList<DeviceBody> Devices, CountsBody Counts, bool Truncated);

/// <summary>A device in <c>device_status</c>. One that enters the filter comes with the members of a whole Device.</summary>
internal sealed record DeviceStatusBody(
    string DeviceId, DeviceStatus Status, DeviceHealth? Health, PresenceReason? Reason, DateTimeOffset StatusSince,
    DateTimeOffset? LastSeen, bool Connected, IReadOnlyDictionary<string, double>? Metrics, long Seq, IReadOnlyList<string>? IgnoredMetrics,
    DeviceState State, FlappingBody? Flapping)
{
    public static DeviceStatusBody Of(DeviceBody device) => new(
        device.DeviceId, device.Status, device.Health, device.Reason, device.StatusSince, device.LastSeen, device.Connected,
        device.Metrics, device.Seq,
        device.IgnoredMetrics, device.State, device.Flapping);
}

/// <summary>A device that is no more.</summary>
internal sealed record RemovedBody(string DeviceId);
