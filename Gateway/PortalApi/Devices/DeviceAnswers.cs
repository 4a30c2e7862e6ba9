using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Http;

namespace Rollcall.PortalApi.Devices;

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
/// <param name="State">Mode, status, health and reason in one word: docs/portal.md has the table.</param>
/// <param name="HeartbeatInterval">Milliseconds between its heartbeats; null: the installation's.</param>
/// <param name="HeartbeatTimeout">Milliseconds of silence after which it is offline; null: the installation's.</param>
/// <param name="ModeSince">When its mode was set; null: never, or by a former version.</param>
/// <param name="ModeNote">Why it is in maintenance or disabled, in its owner's words.</param>
/// <param name="ModeUntil">When its maintenance ends by itself; null: by its owner alone.</param>
/// <param name="Flapping">It had more than 6 transitions within an hour, and not yet fewer than 3; null: it does not come and go so often.</param>
internal sealed record DeviceBody(
    string DeviceId, string? Name, string? Location, string CustomerId, DeviceMode Mode, DeviceStatus Status, DeviceHealth? Health,
    PresenceReason? Reason, DateTimeOffset StatusSince, DateTimeOffset? LastSeen, bool Connected,
    IReadOnlyDictionary<string, double>? Metrics, long Seq,
    IReadOnlyList<string>? IgnoredMetrics, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? WeakSecret,
    DeviceState State, int? HeartbeatInterval, int? HeartbeatTimeout, DateTimeOffset? ModeSince, string? ModeNote, DateTimeOffset? ModeUntil,
    FlappingBody? Flapping)
{
    public static DeviceBody Of(Device device) => new(
        device.DeviceId, device.Name, device.Location, device.CustomerId, device.Mode, device.Status, device.Health, device.Reason,
        device.StatusSince, device.LastSeen, device.Connected,
        device.Metrics is null ? null : JsonSerializer.Deserialize(device.Metrics, MetricsJson.Default.DictionaryStringDouble), device.Seq,
        device.IgnoredMetrics, device.WeakSecret ? true : null, DeviceStates.Of(device), device.HeartbeatInterval, device.HeartbeatTimeout,
        device.ModeSince, device.ModeNote, device.ModeUntil,
        device.Flapping is { } flapping ? new FlappingBody(flapping.Changes, flapping.Since) : null);
}

/// <summary>How often a device comes and goes.</summary>
/// <param name="Changes">Transitions within the hour before the last one, itself included; at most 60 are counted.</param>
/// <param name="Since">The first of the transitions that made it so.</param>
internal sealed record FlappingBody(int Changes, DateTimeOffset Since);

/// <summary>A page of the fleet by ascending id.</summary>
/// <param name="NextCursor">Opaque; null after the last page.</param>
/// <param name="Counts">Of the whole fleet, whatever the filter.</param>
/// <param name="AsOf">When the page was read.</param>
internal sealed record DeviceListAnswer(IReadOnlyList<DeviceBody> Devices, string? NextCursor, CountsBody Counts, DateTimeOffset AsOf);

/// <summary>Devices by status, and by state.</summary>
/// <param name="States">Together the total; null: a former version answered, which does not count them.</param>
internal sealed record CountsBody(long Total, long Online, long Offline, StatesBody? States)
{
    public static CountsBody Of(Counts counts) => new(
        counts.Total, counts.Online, counts.Offline,
        counts.States is { } states
            ? new StatesBody(
                states.Online, states.Degraded, states.Down, states.SignedOff, states.NeverSeen, states.Maintenance, states.Disabled)
            : null);
}

/// <summary>How many devices are in each state. <c>online</c> is without those that are degraded.</summary>
internal sealed record StatesBody(
    long Online, long Degraded, long Down,
    [property: JsonPropertyName("signed_off")] long SignedOff, [property: JsonPropertyName("never_seen")] long NeverSeen,
    long Maintenance, long Disabled);

/// <summary>The device added, and how it joins.</summary>
/// <param name="ActivationCode">The one-time code by which it joins, shown this once. Absent: it has a secret.</param>
/// <param name="ExpiresAt">Until when the code is good.</param>
/// <param name="DeviceSecret">Its secret, shown this once. Absent: it has none yet, or brought its own along.</param>
internal sealed record CreatedDevice(
    DeviceBody Device,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ActivationCode = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ExpiresAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeviceSecret = null);

/// <summary>The device's new secret, shown this once.</summary>
/// <param name="FormerUntil">Until when the former secret is good; absent: it is over.</param>
internal sealed record ReplacedSecret(string DeviceSecret,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? FormerUntil);
