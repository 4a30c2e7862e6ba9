using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

/// <summary>An authority without a network: its keys, how it answers, and how often it was asked.</summary>
internal sealed class FakeAuthority
{
    public const string Issuer = "https://id.example.com";
    private int _asked;

    public FakeAuthority() => Keys = new AuthorityKeys(AnswerAsync, Clock, NullLogger<AuthorityKeys>.Instance);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));

    public AuthorityKeys Keys { get; }

    public int Asked => Volatile.Read(ref _asked);

    public List<SecurityKey> Signing { get; set; } = [];

    public bool HasKeySet { get; set; } = true;

    /// <summary>Not null: it fails so.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Not null: it takes until then.</summary>
    public TaskCompletionSource? Slow { get; set; }

    public static RsaSecurityKey NewKey(string? name) => new(RSA.Create(2048)) { KeyId = name };

    public string Token(SecurityKey key, Action<Dictionary<string, object>>? change = null, string algorithm = "RS256", string? header = null)
    {
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer, ["aud"] = "fleet", ["customer_id"] = "acme", ["role"] = "owner", ["nbf"] = now, ["exp"] = now + 86_400,
        };
        change?.Invoke(claims);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, algorithm),
            AdditionalHeaderClaims = header is null ? null : new Dictionary<string, object> { [header] = new[] { "b64" } },
        });
    }

    private async Task<OpenIdConnectConfiguration> AnswerAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        if (Slow is { } slow)
        {
            await slow.Task.WaitAsync(cancellation);
        }

        if (Fault is not null)
        {
            throw Fault;
        }

        var said = new OpenIdConnectConfiguration { Issuer = Issuer, JsonWebKeySet = HasKeySet ? new JsonWebKeySet() : null };
        Signing.ForEach(said.SigningKeys.Add);
        return said;
    }
}
