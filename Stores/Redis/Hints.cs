using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Devices;

namespace Rollcall.Redis;

/// <summary>Who is signed in: <c>session:{jti}</c>. The token's id is the key, never the token.</summary>
internal sealed record SessionHint(string DeviceId, string CustomerId, string CreatedAt, string ExpiresAt)
{
    public static string Key(string id) => "session:" + id;

    /// <param name="issuedAt">When the session was issued; null: unknown.</param>
    public static (string Value, DateTimeOffset ExpiresAt)? Of(DeviceRow row, DateTimeOffset? issuedAt, TimeSpan ttl, DateTimeOffset now)
    {
        var opened = issuedAt ?? now;
        var expires = opened + ttl;
        return expires <= now
            ? null
            : (JsonSerializer.Serialize(new SessionHint(row.DeviceId, row.CustomerId, Time(opened), Time(expires)),
                HintJson.Default.SessionHint), expires);
    }

    internal static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What a device last reported: <c>device:metrics:{deviceId}</c>.</summary>
internal sealed record MetricsHint(string Status, string? Health, JsonElement? Metrics, string? Timestamp)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(300);

    public static string Key(string deviceId) => "device:metrics:" + deviceId;

    public static byte[] Of(DeviceRow row)
    {
        var presence = row.Presence;
        using var metrics = presence.Metrics is { } text ? JsonDocument.Parse(text) : null;
        return JsonSerializer.SerializeToUtf8Bytes(
            new MetricsHint(
                WireNames.Of(presence.Status), presence.Health is { } health ? WireNames.Of(health) : null, metrics?.RootElement,
                presence.LastSeen is { } seen ? SessionHint.Time(seen) : null),
            HintJson.Default.MetricsHint);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SessionHint))]
[JsonSerializable(typeof(MetricsHint))]
internal sealed partial class HintJson : JsonSerializerContext;
