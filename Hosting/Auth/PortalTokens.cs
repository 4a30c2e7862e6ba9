using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

/// <summary>What a portal's user may do; each may what the former may.</summary>
public enum PortalRole { Viewer, Operator, Owner }

/// <summary>Whose portal tokens are believed: our own key's, or those of an OpenID Connect authority.</summary>
public sealed class PortalTokenSettings(IConfiguration configuration)
{
    /// <summary>
    /// PORTAL_JWT_ISSUER: the issuer that a token must name. Default: that of the authority's discovery document; without an authority any,
    /// as the key decides.
    /// </summary>
    public string? Issuer { get; } = configuration.Text("PORTAL_JWT_ISSUER");

    /// <summary>PORTAL_JWT_AUDIENCE: the audience that a token must name. Default <c>rollcall-portal</c>.</summary>
    public string Audience { get; } = configuration.Text("PORTAL_JWT_AUDIENCE") ?? "rollcall-portal";

    /// <summary>PORTAL_JWT_KEY: <c>kid:base64,...</c>. Default: made in DATA_DIR on the first start.</summary>
    public string? Key { get; } = configuration.Text("PORTAL_JWT_KEY");

    /// <summary>PORTAL_JWT_AUTHORITY: an OpenID Connect authority (https) whose tokens are believed instead of the key's.</summary>
    public string? Authority { get; } = ReadAuthority(configuration);

    private static string? ReadAuthority(IConfiguration configuration)
    {
        var authority = configuration.Text("PORTAL_JWT_AUTHORITY");
        return authority is null || (Uri.TryCreate(authority, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps)
            ? authority
            : throw new SettingException("PORTAL_JWT_AUTHORITY", $"must be an https address, not '{authority}'.");
    }
}

/// <summary>Makes portal tokens under our own key.</summary>
public sealed class PortalTokens(KeyRing keys, PortalTokenSettings settings, TimeProvider clock)
{
    public const string CustomerId = "customer_id";
    public const string Role = "role";

    public PortalTokenSettings Settings => settings;

    public KeyRing Keys => keys;

    public string Issue(string customerId, PortalRole role, TimeSpan ttl)
    {
        var now = clock.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = settings.Issuer,
            Audience = settings.Audience,
            IssuedAt = now.UtcDateTime,
            Expires = (now + ttl).UtcDateTime,
            SigningCredentials = keys.Signing,
            Claims = new Dictionary<string, object> { [CustomerId] = customerId, [Role] = WireNames.Of(role) },
        });
    }
}
