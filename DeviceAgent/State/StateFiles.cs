using System.Text.Json.Serialization;

namespace Rollcall.DeviceAgent.State;

/// <summary><c>identity.json</c>: who this device is; the secret only when the device registered itself.</summary>
internal sealed record StoredIdentity(string DeviceId, string? DeviceSecret = null);

/// <summary><c>session.json</c>: for this device at this address only, so that no token reaches another server.</summary>
/// <param name="DeviceId">Whose session.</param>
/// <param name="ApiUrl">Who gave it.</param>
/// <param name="Token">Opaque.</param>
/// <param name="ObtainedAt">By the device's clock; only used to choose the moment of renewal.</param>
/// <param name="ExpiresIn">Seconds, from <paramref name="ObtainedAt"/>.</param>
internal sealed record StoredSession(string DeviceId, string ApiUrl, string Token, DateTimeOffset ObtainedAt, double ExpiresIn)
{
    private const int LongestToken = 8_192;

    /// <summary>Fit to stand in a header; anything else would fail every beat.</summary>
    public static bool IsFit(string? token) => token is { Length: > 0 and <= LongestToken } && !token.Any(letter => letter is <= ' ' or > '~');
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredIdentity))]
[JsonSerializable(typeof(StoredSession))]
internal sealed partial class StateJson : JsonSerializerContext;
