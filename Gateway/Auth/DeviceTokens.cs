using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Rollcall.Devices;

namespace Rollcall.Auth;

/// <summary>Device sessions as signed tokens: any gateway can tell whose they are without asking anybody.</summary>
internal sealed class DeviceTokens(KeyRing keys, TimeProvider clock)
{
    public const string Audience = "rollcall-device";
    public const string Epoch = "epoch";
    public const string CustomerId = "cid";
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly TokenValidationParameters _validation = Strict(keys.Keys, Audience);

    /// <summary>Whose token it is; null when it is not valid, or names no session.</summary>
    public async ValueTask<DeviceCaller?> CallerAsync(string token) =>
        await Handler.ValidateTokenAsync(token, _validation) is { IsValid: true, SecurityToken: JsonWebToken jwt }
        && jwt.TryGetPayloadValue<string>(JwtRegisteredClaimNames.Sub, out var device)
        && jwt.TryGetPayloadValue<string>(CustomerId, out var customer)
        && jwt.TryGetPayloadValue<string>(JwtRegisteredClaimNames.Jti, out var jti)
        && jwt.TryGetPayloadValue<long>(Epoch, out var epoch)
        && epoch >= 0
            ? new DeviceCaller(device, customer, new Session(jti, epoch), new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero))
            : null;

    /// <param name="expiresIn">Seconds; as the silo sets it, so that the token ends with its session.</param>
    public string Issue(string deviceId, string customerId, Session session, long expiresIn)
    {
        var now = clock.GetUtcNow();
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            Expires = now.AddSeconds(expiresIn).UtcDateTime,
            SigningCredentials = keys.Signing,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = deviceId,
                [CustomerId] = customerId,
                [JwtRegisteredClaimNames.Jti] = session.Id,
                [Epoch] = session.Epoch,
            },
        });
    }

    /// <summary>No leeway, no other algorithm, no unsigned token: the same clock and the same keys made it.</summary>
    public static TokenValidationParameters Strict(IReadOnlyCollection<SecurityKey> keys, string audience) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        IssuerSigningKeys = keys,
        TypeValidator = RefuseCritical,
        ValidAudience = audience,
        ValidateIssuer = false,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = TimeSpan.Zero,
        NameClaimType = JwtRegisteredClaimNames.Sub,
    };

    /// <summary>
    /// Whether its header names extensions without which it must not be believed (RFC 7515, 4.1.11). We know none, and the library does not
    /// look.
    /// </summary>
    public static bool HasCritical(JsonWebToken token) => token.TryGetHeaderValue<object>("crit", out _);

    private static string RefuseCritical(string type, SecurityToken token, TokenValidationParameters rules) =>
        token is JsonWebToken jwt && !HasCritical(jwt)
            ? type
            : throw new SecurityTokenInvalidTypeException("It has a critical extension that is not known here.");
}

/// <summary>The device that calls, from its token.</summary>
/// <param name="Expires">When the token does.</param>
internal sealed record DeviceCaller(string DeviceId, string CustomerId, Session Session, DateTimeOffset Expires)
{
    /// <summary>Endpoints take the caller as a parameter; the policy has made sure that there is one.</summary>
    public static ValueTask<DeviceCaller?> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context.User));

    public static DeviceCaller? Of(ClaimsPrincipal user) => (user.Identity as DeviceIdentity)?.Caller;
}
