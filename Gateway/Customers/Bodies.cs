using System.Text.Json;
using Rollcall.Devices;

namespace Rollcall.Customers;

/// <summary>A device as its customer sees it.</summary>
/// <param name="Reason">Why the present status was entered; null for a device never seen.</param>
/// <param name="StatusSince">When the present status was entered; for a device never seen, when it was created.</param>
/// <param name="LastSeen">When the server last heard it.</param>
/// <param name="Connected">A socket of the device is open.</param>
/// <param name="Metrics">The newest metrics: numbers by name.</param>
/// <param name="Seq">Number of the last transition; 0 before the first.</param>
/// <param name="IgnoredMetrics">Names of the newest beat's metrics that did not fit, at most 10; null: none, or its twin is not loaded.</param>
internal sealed record DeviceBody(
    string DeviceId, string? Name, string? Location, string CustomerId, DeviceMode Mode, DeviceStatus Status, DeviceHealth? Health,
    PresenceReason? Reason, DateTimeOffset StatusSince, DateTimeOffset? LastSeen, bool Connected, IReadOnlyDictionary<string, double>? Metrics, long Seq,
    IReadOnlyList<string>? IgnoredMetrics)
{
    public static DeviceBody Of(Device device) => new(
        device.DeviceId, device.Name, device.Location, device.CustomerId, device.Mode, device.Status, device.Health, device.Reason,
        device.StatusSince, device.LastSeen, device.Connected,
        device.Metrics is null ? null : JsonSerializer.Deserialize(device.Metrics, Wire.MetricsJson.Default.DictionaryStringDouble), device.Seq,
        device.IgnoredMetrics);
}

/// <summary>A page of the fleet by ascending id.</summary>
/// <param name="NextCursor">Opaque; null after the last page.</param>
/// <param name="Counts">Of the whole fleet, whatever the filter.</param>
/// <param name="AsOf">When the page was read.</param>
internal sealed record DeviceListAnswer(IReadOnlyList<DeviceBody> Devices, string? NextCursor, CountsBody Counts, DateTimeOffset AsOf);

/// <summary>Devices by status.</summary>
internal sealed record CountsBody(long Total, long Online, long Offline);

/// <summary>A device to add.</summary>
/// <param name="DeviceId">1-100 of A-Z a-z 0-9 _ - . :, unique in the installation; made when absent.</param>
/// <param name="Name">Free text, at most 200 characters.</param>
/// <param name="Location">Free text, at most 200 characters.</param>
internal sealed record CreateDeviceRequest(string? DeviceId = null, string? Name = null, string? Location = null);

/// <summary>The device added and the one-time code by which it joins, shown this once.</summary>
internal sealed record CreatedWithCode(DeviceBody Device, string ActivationCode, DateTimeOffset ExpiresAt);

/// <summary>The device added and its secret, shown this once.</summary>
internal sealed record CreatedWithSecret(DeviceBody Device, string DeviceSecret);

/// <summary>A merge patch (RFC 7396): what is absent stays, null clears.</summary>
/// <param name="Mode"><c>active</c>, <c>maintenance</c> or <c>disabled</c>; leaving active ends the session.</param>
internal sealed record PatchDeviceRequest(string? Name = null, string? Location = null, DeviceMode? Mode = null);

/// <summary>A change of a device's status.</summary>
internal sealed record EventBody(long Seq, DeviceStatus From, DeviceStatus To, PresenceReason Reason, DateTimeOffset At)
{
    public static EventBody Of(Transition change) => new(change.Seq, change.From, change.To, change.Reason, change.At);
}

/// <summary>Transitions of one device, ascending.</summary>
/// <param name="FirstSeq">The oldest that is kept; one past the last when none is.</param>
internal sealed record EventListAnswer(IReadOnlyList<EventBody> Events, long FirstSeq);

/// <summary>A change of status in the fleet.</summary>
internal sealed record FleetEventBody(string DeviceId, long Seq, DeviceStatus From, DeviceStatus To, PresenceReason Reason, DateTimeOffset At);

/// <summary>Transitions of the fleet in the order they were stored, at least once: deduplicate by (deviceId, seq).</summary>
/// <param name="NextCursor">Opaque; always there, also when nothing is new: ask again with it.</param>
internal sealed record FleetEventListAnswer(IReadOnlyList<FleetEventBody> Events, string NextCursor);
