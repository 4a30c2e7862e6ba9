using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Devices;
using Rollcall.Wire;

namespace Rollcall.Customers;

/// <summary>A device as its customer sees it.</summary>
/// <param name="Reason">Why the present status was entered; null for a device never seen.</param>
/// <param name="StatusSince">When the present status was entered; for a device never seen, when it was created.</param>
/// <param name="LastSeen">When the server last heard it.</param>
/// <param name="Connected">A socket of the device is open.</param>
/// <param name="Metrics">The newest metrics: numbers by name.</param>
/// <param name="Seq">Number of the last transition; 0 before the first.</param>
/// <param name="WeakSecret">
/// true: of its secret an unsalted SHA-256 was imported, which neither a sign-in nor a slow hash has replaced yet; else absent.
/// </param>
/// <param name="IgnoredMetrics">Names of the newest beat's metrics that did not fit, at most 10; null: none, or its twin is not loaded.</param>
internal sealed record DeviceBody(
    string DeviceId, string? Name, string? Location, string CustomerId, DeviceMode Mode, DeviceStatus Status, DeviceHealth? Health,
    PresenceReason? Reason, DateTimeOffset StatusSince, DateTimeOffset? LastSeen, bool Connected,
    IReadOnlyDictionary<string, double>? Metrics, long Seq,
    IReadOnlyList<string>? IgnoredMetrics, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? WeakSecret)
{
    public static DeviceBody Of(Device device) => new(
        device.DeviceId, device.Name, device.Location, device.CustomerId, device.Mode, device.Status, device.Health, device.Reason,
        device.StatusSince, device.LastSeen, device.Connected,
        device.Metrics is null ? null : JsonSerializer.Deserialize(device.Metrics, Wire.MetricsJson.Default.DictionaryStringDouble), device.Seq,
        device.IgnoredMetrics, device.WeakSecret ? true : null);
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
/// <param name="DeviceSecret">A secret that the device has already, 8 to 256 characters; it is hashed and not shown again.</param>
/// <param name="SecretHash">
/// Another system's hash of the secret that the device has already: bcrypt (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>, cost 4 to 13), or
/// <c>sha256:</c> and the 64 hexadecimal digits of an unsalted SHA-256, which is marked as weak until it is replaced.
/// </param>
internal sealed record CreateDeviceRequest(
    string? DeviceId = null, string? Name = null, string? Location = null, string? DeviceSecret = null, string? SecretHash = null);

/// <summary>The device added. It has its secret.</summary>
internal sealed record CreatedWithOwnSecret(DeviceBody Device);

/// <summary>How a device's secret is to be replaced.</summary>
/// <param name="OverlapSeconds">How long the former secret stays good, 0 to 604800; default 0: it is over at once.</param>
/// <param name="EndSessions">End its sessions now (offline, reason <c>revoked</c>); default true without an overlap, false with one.</param>
internal sealed record ReplaceSecretRequest(
    [property: JsonConverter(typeof(WholeInt32Converter))] int? OverlapSeconds = null, bool? EndSessions = null);

/// <summary>The device's new secret, shown this once.</summary>
/// <param name="FormerUntil">Until when the former secret is good; absent: it is over.</param>
internal sealed record ReplacedSecret(string DeviceSecret,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? FormerUntil);

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
