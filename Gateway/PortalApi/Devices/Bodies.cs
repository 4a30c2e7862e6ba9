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
internal sealed record DeviceBody(
    string DeviceId, string? Name, string? Location, string CustomerId, DeviceMode Mode, DeviceStatus Status, DeviceHealth? Health,
    PresenceReason? Reason, DateTimeOffset StatusSince, DateTimeOffset? LastSeen, bool Connected,
    IReadOnlyDictionary<string, double>? Metrics, long Seq,
    IReadOnlyList<string>? IgnoredMetrics, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? WeakSecret)
{
    public static DeviceBody Of(Device device) => new(
        device.DeviceId, device.Name, device.Location, device.CustomerId, device.Mode, device.Status, device.Health, device.Reason,
        device.StatusSince, device.LastSeen, device.Connected,
        device.Metrics is null ? null : JsonSerializer.Deserialize(device.Metrics, MetricsJson.Default.DictionaryStringDouble), device.Seq,
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
/// <param name="DeviceId">Unique in the installation; made when absent.</param>
/// <param name="DeviceSecret">A secret that the device has already; it is hashed and not shown again.</param>
/// <param name="SecretHash">
/// Another system's hash of the secret that the device has already. SHA-256 has no salt: it is marked as weak until it is replaced.
/// </param>
/// <param name="Name">Free text.</param>
/// <param name="Location">Free text.</param>
internal sealed record CreateDeviceRequest(
    [property: IdText] string? DeviceId = null,
    [property: Text(8, 256)] string? DeviceSecret = null,
    [property: ForeignHash] string? SecretHash = null,
    [property: Text(0, Validation.LongestText)] string? Name = null,
    [property: Text(0, Validation.LongestText)] string? Location = null)
    : IBody<CreateDeviceRequest>
{
    public static int MostBytes => 16 * 1024;

    /// <summary>What the device brings along; null: it has no secret yet.</summary>
    [JsonIgnore]
    public OwnSecret? Own => DeviceSecret is null && SecretHash is null ? null : new OwnSecret(DeviceSecret, SecretHash);

    void IBody<CreateDeviceRequest>.Check(Validation validation, TimeProvider clock)
    {
        if (SecretHash is not null && DeviceSecret is not null)
        {
            validation.Add("secretHash", "does not go with deviceSecret: give one of them.");
        }
    }
}

/// <summary>The device added, and how it joins.</summary>
/// <param name="ActivationCode">The one-time code by which it joins, shown this once. Absent: it has a secret.</param>
/// <param name="ExpiresAt">Until when the code is good.</param>
/// <param name="DeviceSecret">Its secret, shown this once. Absent: it has none yet, or brought its own along.</param>
internal sealed record CreatedDevice(
    DeviceBody Device,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ActivationCode = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ExpiresAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeviceSecret = null);

/// <summary>How a device's secret is to be replaced.</summary>
/// <param name="OverlapSeconds">How long the former secret stays good; 0: it is over at once.</param>
/// <param name="EndSessions">End its sessions now (offline, reason <c>revoked</c>); default true without an overlap, false with one.</param>
internal sealed record ReplaceSecretRequest(
    [property: JsonConverter(typeof(WholeInt32Converter)), Between(0, ReplaceSecretRequest.MostOverlap, Usual = 0)] int? OverlapSeconds = null,
    bool? EndSessions = null) : IBody<ReplaceSecretRequest>
{
    /// <summary>Seconds: a week.</summary>
    private const int MostOverlap = 7 * 24 * 60 * 60;

    public static int MostBytes => 4 * 1024;
}

/// <summary>The device's new secret, shown this once.</summary>
/// <param name="FormerUntil">Until when the former secret is good; absent: it is over.</param>
internal sealed record ReplacedSecret(string DeviceSecret,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? FormerUntil);

/// <summary>A merge patch (RFC 7396): what is absent stays, null clears.</summary>
/// <param name="Mode"><c>active</c>, <c>maintenance</c> or <c>disabled</c>; leaving active ends the session.</param>
internal sealed record PatchDeviceRequest(
    [property: Text(0, Validation.LongestText)] string? Name = null, [property: Text(0, Validation.LongestText)] string? Location = null,
    DeviceMode? Mode = null);

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
