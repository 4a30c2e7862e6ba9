using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

/// <summary>
/// Validates the tokens of an authority. While its keys are not available, a token is neither valid nor invalid
/// (<see cref="KeysUnknownException"/>). A token that no key could make valid is refused at once, without a fetch.
/// </summary>
internal sealed class AuthorityTokenHandler(AuthorityKeys keys, PortalTokenSettings settings, TimeProvider clock) : TokenHandler
{
    /// <summary>By how much the authority's clock may be ahead of ours when a token begins. Its end is strict.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    private static readonly string[] Algorithms = ["RS256", "PS256", "ES256"];
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>What is asked of every token beside the keys and who issued it.</summary>
    public TokenValidationParameters Rules()
    {
        var rules = DeviceTokens.Strict([], settings.Audience);
        rules.ValidAlgorithms = Algorithms;
        rules.ValidateIssuer = true;
        rules.LifetimeValidator = (from, until, _, _) => IsInTime(from, until);
        return rules;
    }

    /// <param name="rules">This call's own copy of <see cref="Rules"/>.</param>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters rules)
    {
        if (Read(token) is not { } read)
        {
            return Failed(new SecurityTokenMalformedException("This is no token that could be one of the authority's."));
        }

        if (await keys.CurrentAsync() is not { } metadata)
        {
            return Failed(new KeysUnknownException(keys.RetryAfter));
        }

        var known = await CheckAsync(read, metadata, rules);
        if (known.IsValid || metadata.Names(read.Kid) || read.Issuer != Issuer(metadata))
        {
            return known;
        }

        return await keys.RenewedAsync(newer => newer.Names(read.Kid)) is { } renewed
            ? await CheckAsync(read, renewed, rules)
            : Failed(new KeysUnknownException(keys.RetryAfter));
    }

    private static TokenValidationResult Failed(Exception why) => new() { IsValid = false, Exception = why };

    private string Issuer(AuthorityMetadata metadata) => settings.Issuer ?? metadata.Issuer;

    private Task<TokenValidationResult> CheckAsync(JsonWebToken token, AuthorityMetadata metadata, TokenValidationParameters rules)
    {
        rules.ValidIssuer = Issuer(metadata);
        rules.IssuerSigningKeys = metadata.Keys;
        return _handler.ValidateTokenAsync(token, rules);
    }

    /// <returns>Null: no key could make it valid.</returns>
    private JsonWebToken? Read(string token)
    {
        try
        {
            var read = new JsonWebToken(token);
            return Algorithms.Contains(read.Alg)
                && !DeviceTokens.HasCritical(read)
                && read.Audiences.Contains(settings.Audience)
                && IsInTime(read.ValidFrom, read.ValidTo)
                    ? read
                    : null;
        }
        catch (Exception malformed)
            when (malformed is ArgumentException or SecurityTokenException or FormatException or InvalidOperationException or OverflowException
                or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private bool IsInTime(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return until is { } end && end > now && !(from > now + Leeway);
    }
}

/// <summary>The authority's keys are not available, so a token cannot be checked now. A fault of ours, not the caller's.</summary>
/// <param name="retryAfter">Seconds.</param>
internal sealed class KeysUnknownException(int retryAfter) : SecurityTokenException("The authority's keys cannot be fetched.")
{
    public int RetryAfter => retryAfter;
}
