using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Rollcall.Auth;

/// <summary>Where the signing keys are: in a setting, or, for a single gateway with an embedded silo, in its data folder.</summary>
public static class SigningKeys
{
    /// <summary>SESSION_SIGNING_KEYS, of device sessions.</summary>
    /// <param name="data">DATA_DIR; null: the gateway is one of a cluster and has none.</param>
    public static KeyRing OfSessions(IConfiguration configuration, string? data) =>
        Of("SESSION_SIGNING_KEYS", configuration.Text("SESSION_SIGNING_KEYS"), data, "session.keys");

    /// <summary>PORTAL_JWT_KEY, of portal tokens. An authority has keys of its own: then ours are good for nothing.</summary>
    public static KeyRing OfPortals(PortalTokenSettings settings, string? data) =>
        settings.Authority is not null && settings.Key is null && data is null
            ? KeyRing.Parse("PORTAL_JWT_KEY", $"unused:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}")
            : Of("PORTAL_JWT_KEY", settings.Key, data, "portal.keys");

    private static KeyRing Of(string setting, string? keys, string? data, string file) =>
        keys is not null ? KeyRing.Parse(setting, keys, weak: data is not null)
        : data is not null ? KeyRing.FromFile(Path.Combine(data, "keys", file))
        : throw new SettingException(
            setting, "must be set where REDIS_URL or DATABASE_URL is: what one gateway of a cluster signs, each of them must know.");
}
