using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Load.Baseline;

/// <summary>The check that the gateway's tokens get, called directly.</summary>
internal sealed class TokenCheck
{
    private readonly JsonWebTokenHandler _handler = new();
    private readonly TokenValidationParameters _parameters;

    /// <param name="sessionKeys"><c>kid:base64</c>.</param>
    public TokenCheck(string sessionKeys)
    {
        var colon = sessionKeys.IndexOf(':', StringComparison.Ordinal);
        _parameters = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeys = [new SymmetricSecurityKey(Convert.FromBase64String(sessionKeys[(colon + 1)..])) { KeyId = sessionKeys[..colon] }],
            ValidAudience = "rollcall-device",
            ValidateIssuer = false,
            ClockSkew = TimeSpan.Zero,
        };
    }

    public async ValueTask<bool> IsValidAsync(string authorization) =>
        authorization.StartsWith("Bearer ", StringComparison.Ordinal)
        && (await _handler.ValidateTokenAsync(authorization["Bearer ".Length..], _parameters)) is { IsValid: true } token
        && token.ClaimsIdentity.FindFirst(JwtRegisteredClaimNames.Sub) is not null;
}
