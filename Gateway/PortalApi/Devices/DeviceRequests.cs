using System.Text.Json.Serialization;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Http;

namespace Rollcall.PortalApi.Devices;

/// <summary>A device to add.</summary>
/// <param name="DeviceId">Unique in the installation; made when absent.</param>
/// <param name="DeviceSecret">A secret that the device has already; it is hashed and not shown again.</param>
/// <param name="SecretHash">
/// Another system's hash of the secret that the device has already. SHA-256 has no salt: it is marked as weak until it is replaced.
/// </param>
/// <param name="Name">Free text.</param>
/// <param name="Location">Free text.</param>
/// <param name="HeartbeatInterval">Milliseconds between its heartbeats; null: the installation's.</param>
/// <param name="HeartbeatTimeout">
/// Milliseconds of silence after which it is offline: at least twice the interval, in a cluster at least 6000; null: the installation's.
/// </param>
internal sealed record CreateDeviceRequest(
    [property: IdText] string? DeviceId = null,
    [property: Text(8, 256)] string? DeviceSecret = null,
    [property: ForeignHash] string? SecretHash = null,
    [property: Text(0, Validation.LongestText)] string? Name = null,
    [property: Text(0, Validation.LongestText)] string? Location = null,
    [property: JsonConverter(typeof(WholeInt32Converter)), HeartbeatInterval] int? HeartbeatInterval = null,
    [property: JsonConverter(typeof(WholeInt32Converter)), HeartbeatTimeout] int? HeartbeatTimeout = null)
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

        HeartbeatTimes.Check(validation, HeartbeatInterval, HeartbeatTimeout);
    }
}

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

/// <summary>A merge patch (RFC 7396): what is absent stays, null clears.</summary>
/// <param name="Mode"><c>active</c>, <c>maintenance</c> or <c>disabled</c>; leaving active ends the session.</param>
/// <param name="ModeNote">Why it is in maintenance or disabled. Another mode clears it.</param>
/// <param name="ModeUntil">When the maintenance ends by itself, with Z or an offset, at most a year ahead; null: it does not.</param>
/// <param name="HeartbeatInterval">Milliseconds between its heartbeats, told with the answer to its next one; null: the installation's.</param>
/// <param name="HeartbeatTimeout">
/// Milliseconds of silence after which it is offline: at least twice the interval, in a cluster at least 6000; null: the installation's. A
/// shorter one holds when the device has been told.
/// </param>
internal sealed record PatchDeviceRequest(
    [property: Text(0, Validation.LongestText)] string? Name = null, [property: Text(0, Validation.LongestText)] string? Location = null,
    DeviceMode? Mode = null,
    [property: Text(0, Validation.LongestText)] string? ModeNote = null,
    DateTimeOffset? ModeUntil = null,
    [property: HeartbeatInterval] int? HeartbeatInterval = null,
    [property: HeartbeatTimeout] int? HeartbeatTimeout = null);
