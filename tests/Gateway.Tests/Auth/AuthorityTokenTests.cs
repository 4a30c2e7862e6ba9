using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

public sealed class AuthorityTokenTests
{
    private static readonly RsaSecurityKey One = FakeAuthority.NewKey("one");
    private static readonly RsaSecurityKey Two = FakeAuthority.NewKey("two");
    private static readonly RsaSecurityKey Nameless = FakeAuthority.NewKey(null);
    private static readonly RsaSecurityKey Stranger = FakeAuthority.NewKey("stranger");
    private static readonly ECDsaSecurityKey Curve = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "curve" };
    private readonly FakeAuthority _authority = new() { Signing = [One, Two, Curve] };

    [Theory]
    [InlineData("as it should be", true, 0)]
    [InlineData("under the second key", true, 0)]
    [InlineData("under a curve", true, 0)]
    [InlineData("PS256", true, 0)]
    [InlineData("several audiences", true, 0)]
    [InlineData("begins 3 s ahead", true, 0)]
    [InlineData("begins 60 s ahead", true, 0)]
    [InlineData("begins 61 s ahead", false, 0)]
    [InlineData("has just ended", false, 0)]
    [InlineData("never ends", false, 0)]
    [InlineData("another issuer", false, 0)]
    [InlineData("another issuer under an unknown key", false, 0)]
    [InlineData("no issuer", false, 0)]
    [InlineData("another audience", false, 0)]
    [InlineData("no audience", false, 0)]
    [InlineData("RS384", false, 0)]
    [InlineData("HS256 with the public key", false, 0)]
    [InlineData("no signature", false, 0)]
    [InlineData("critical", false, 0)]
    [InlineData("a known name on another key", false, 0)]
    [InlineData("garbage", false, 0)]
    [InlineData("no key named", true, 0)]
    [InlineData("an unknown key", false, 1)]
    [InlineData("no key named and none that fits", false, 1)]
    public async Task A_token_is_right_or_wrong_and_only_an_unknown_key_is_asked_for(string what, bool right, int fetches)
    {
        var now = _authority.Clock.GetUtcNow().ToUnixTimeSeconds();
        var token = what switch
        {
            "under the second key" => _authority.Token(Two),
            "under a curve" => _authority.Token(Curve, algorithm: "ES256"),
            "PS256" or "RS384" => _authority.Token(One, algorithm: what),
            "several audiences" => _authority.Token(One, claims => claims["aud"] = new[] { "other", "fleet" }),
            "begins 3 s ahead" => _authority.Token(One, claims => claims["nbf"] = now + 3),
            "begins 60 s ahead" => _authority.Token(One, claims => claims["nbf"] = now + 60),
            "begins 61 s ahead" => _authority.Token(One, claims => claims["nbf"] = now + 61),
            "has just ended" => _authority.Token(One, claims => (claims["nbf"], claims["exp"]) = (now - 60, now)),
            "never ends" => _authority.Token(One, claims => claims.Remove("exp")),
            "another issuer" => _authority.Token(One, claims => claims["iss"] = "https://id.example.com/"),
            "another issuer under an unknown key" => _authority.Token(Stranger, claims => claims["iss"] = "https://elsewhere.example.com"),
            "no issuer" => _authority.Token(One, claims => claims.Remove("iss")),
            "another audience" => _authority.Token(One, claims => claims["aud"] = "rollcall-portal"),
            "no audience" => _authority.Token(One, claims => claims.Remove("aud")),
            "HS256 with the public key" =>
                _authority.Token(new SymmetricSecurityKey(One.Rsa.ExportSubjectPublicKeyInfo()) { KeyId = "one" }, algorithm: "HS256"),
            "no signature" => Unsigned(_authority.Token(One)),
            "critical" => _authority.Token(One, header: "crit"),
            "a known name on another key" => _authority.Token(new RsaSecurityKey(Stranger.Rsa) { KeyId = "one" }),
            "garbage" => "a.b.c",
            "no key named" => _authority.Token(new RsaSecurityKey(Two.Rsa)),
            "an unknown key" => _authority.Token(Stranger),
            "no key named and none that fits" => _authority.Token(Nameless),
            _ => _authority.Token(One),
        };
        Assert.NotNull(await _authority.Keys.CurrentAsync());
        Assert.Equal((right ? Verdict.Right : Verdict.Wrong, fetches + 1), (await JudgeAsync(token), _authority.Asked));
    }

    [Fact]
    public async Task The_first_token_of_a_new_key_is_right_with_a_name_or_without_and_a_withdrawn_key_is_wrong()
    {
        Assert.Equal(Verdict.Right, await JudgeAsync(_authority.Token(One)));
        _authority.Signing = [Stranger];
        Assert.Equal(Verdict.Right, await JudgeAsync(_authority.Token(Stranger)));
        Assert.Equal(Verdict.Wrong, await JudgeAsync(_authority.Token(One)));
        _authority.Signing = [Nameless];
        Assert.Equal(Verdict.Right, await JudgeAsync(_authority.Token(Nameless)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_authority_is_away_what_only_its_keys_could_tell_is_unknown_and_the_rest_wrong(bool hadKeys)
    {
        if (hadKeys)
        {
            Assert.NotNull(await _authority.Keys.CurrentAsync());
        }

        _authority.Fault = new HttpRequestException("refused");
        Assert.Equal(Verdict.Unknown, await JudgeAsync(_authority.Token(Stranger)));
        Assert.Equal(hadKeys ? Verdict.Right : Verdict.Unknown, await JudgeAsync(_authority.Token(One)));
        Assert.Equal(Verdict.Wrong, await JudgeAsync(_authority.Token(One, claims => claims["exp"] = 1)));
        Assert.Equal(Verdict.Wrong, await JudgeAsync("garbage"));
    }

    [Fact]
    public async Task An_issuer_that_is_set_is_asked_for_instead_of_the_authoritys_own()
    {
        const string Set = "https://tenant.example.com";
        Assert.Equal(Verdict.Wrong, await JudgeAsync(_authority.Token(One), issuer: Set));
        Assert.Equal(Verdict.Right, await JudgeAsync(_authority.Token(One, claims => claims["iss"] = Set), issuer: Set));
    }

    private static string Unsigned(string token) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","kid":"one"}""")}.{token.Split('.')[1]}.";

    private async Task<Verdict> JudgeAsync(string token, string? issuer = null)
    {
        var settings = new PortalTokenSettings(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["PORTAL_JWT_AUDIENCE"] = "fleet", ["PORTAL_JWT_ISSUER"] = issuer,
                ["PORTAL_JWT_AUTHORITY"] = FakeAuthority.Issuer }).Build());
        var handler = new AuthorityTokenHandler(_authority.Keys, settings, _authority.Clock);
        var result = await handler.ValidateTokenAsync(token, handler.Rules());
        return result.IsValid ? Verdict.Right : result.Exception is KeysUnknownException { RetryAfter: > 0 } ? Verdict.Unknown : Verdict.Wrong;
    }

    private enum Verdict { Right, Wrong, Unknown }
}
