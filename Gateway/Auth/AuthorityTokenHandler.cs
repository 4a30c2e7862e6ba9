using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

/// <summary>
/// Judges the tokens of an authority: right, wrong, or, while its keys are not to be had, neither
/// (<see cref="KeysUnknownException"/>). What is wrong whatever the keys are is so at once, and fetches nothing.
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

        if (await keys.CurrentAsync() is not { } word)
        {
            return Failed(new KeysUnknownException(keys.RetryAfter));
        }

        var known = await Judge(read, word, rules);
        if (known.IsValid || word.Names(read.Kid) || read.Issuer != Issuer(word))
        {
            return known;
        }

        return await keys.RenewedAsync(newer => newer.Names(read.Kid)) is { } renewed
            ? await Judge(read, renewed, rules)
            : Failed(new KeysUnknownException(keys.RetryAfter));
    }

    private static TokenValidationResult Failed(Exception why) => new() { IsValid = false, Exception = why };

    private string Issuer(AuthorityWord word) => settings.Issuer ?? word.Issuer;

    private Task<TokenValidationResult> Judge(JsonWebToken token, AuthorityWord word, TokenValidationParameters rules)
    {
        rules.ValidIssuer = Issuer(word);
        rules.IssuerSigningKeys = word.Keys;
        return _handler.ValidateTokenAsync(token, rules);
    }

    /// <returns>Null: no key could make it right.</returns>
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

/// <summary>The authority's keys cannot be had: whether a token is right cannot be known now. A fault of ours, not the caller's.</summary>
/// <param name="retryAfter">Seconds.</param>
internal sealed class KeysUnknownException(int retryAfter) : SecurityTokenException("The authority's keys cannot be had.")
{
    public int RetryAfter => retryAfter;
}
