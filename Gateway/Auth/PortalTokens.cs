using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

/// <summary>What a portal's user may do; each may what the former may.</summary>
internal enum PortalRole { Viewer, Operator, Owner }

/// <summary>Whose portal tokens are believed: our own key's, or those of an OpenID Connect authority.</summary>
internal sealed class PortalTokenSettings(IConfiguration configuration)
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
internal sealed class PortalTokens(KeyRing keys, PortalTokenSettings settings, TimeProvider clock)
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

/// <summary>The portal's user who calls, from the token.</summary>
/// <param name="Name">Who that is: the token's <c>sub</c>, else the role.</param>
internal sealed record PortalCaller(string CustomerId, PortalRole Role, string Name)
{
    private const int LongestName = 200;

    /// <summary>Endpoints take the caller as a parameter; the policy has made sure that there is one.</summary>
    public static ValueTask<PortalCaller?> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context.User));

    public static PortalCaller? Of(ClaimsPrincipal user) =>
        Only(user, PortalTokens.CustomerId) is { } customer
        && Ids.IsValid(customer)
        && WireNames.TryParse<PortalRole>(Only(user, PortalTokens.Role), out var role)
            ? new PortalCaller(
                customer, role, Only(user, "sub") is { Length: > 0 and <= LongestName } subject && !subject.Contains('\0', StringComparison.Ordinal)
                    ? subject : WireNames.Of(role))
            : null;

    /// <summary>One text, or nothing: of several the first would be somebody's guess of what the authority meant.</summary>
    private static string? Only(ClaimsPrincipal user, string type) =>
        user.FindAll(type).Take(2).ToArray() is [{ ValueType: ClaimValueTypes.String } claim] ? claim.Value : null;
}
