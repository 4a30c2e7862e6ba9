using System.Text.Json.Nodes;
using Rollcall.Running;

namespace Rollcall.Auth;

public sealed class PortalTokenTests(SharedGateway shared)
{
    private const string Path = "/api/v1/customer/devices";
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("no key of ours")]
    [InlineData("the devices' key")]
    [InlineData("none")]
    [InlineData("HS384")]
    [InlineData("RS256")]
    [InlineData("critical extension")]
    [InlineData("expired")]
    [InlineData("without exp")]
    [InlineData("another audience")]
    [InlineData("without audience")]
    public async Task A_bad_token_is_refused(string what)
    {
        var claims = Jwt.Claims(_gateway.PortalToken("owner", "acme"));
        var key = SharedGateway.PortalKey;
        switch (what)
        {
            case "no key of ours": key = new byte[32]; break;
            case "the devices' key": key = SharedGateway.NewKey; break;
            case "expired": claims["exp"] = (long)claims["iat"]! - 1; break;
            case "without exp": claims.Remove("exp"); break;
            case "another audience": claims["aud"] = "rollcall-device"; break;
            case "without audience": claims.Remove("aud"); break;
        }

        var token = Jwt.Make(claims, key, what is "none" or "HS384" or "RS256" ? what : "HS256", "p1",
            crit: what == "critical extension" ? """["urn:example:only-with-a-seal"]""" : null);
        (await _gateway.Nobody.With("Authorization", "Bearer " + token).GetAsync(Path)).Refused(401, "INVALID_SESSION");
        (await _gateway.Nobody.With("Authorization", "Bearer " + token).PostAsync(Path, "no JSON")).Refused(401, "INVALID_SESSION");
    }

    [Theory]
    [InlineData("role", null)]
    [InlineData("role", "admin")]
    [InlineData("role", "Owner")]
    [InlineData("role", "")]
    [InlineData("role", "2")]
    [InlineData("customer_id", null)]
    [InlineData("customer_id", "")]
    [InlineData("customer_id", "a b")]
    [InlineData("customer_id", "../x")]
    public async Task A_token_without_a_customer_or_a_known_role_may_do_nothing(string claim, string? value)
    {
        var claims = Jwt.Claims(_gateway.PortalToken("owner", "acme"));
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        var caller = _gateway.Nobody.With("Authorization", "Bearer " + Jwt.Make(claims, SharedGateway.PortalKey, kid: "p1"));
        (await caller.GetAsync(Path)).Refused(403, "FORBIDDEN");
        (await caller.PostAsync(Path, "no JSON")).Refused(403, "FORBIDDEN");
    }

    [Theory]
    [InlineData("role", """["viewer","owner"]""")]
    [InlineData("role", """["owner","owner"]""")]
    [InlineData("customer_id", """["acme","other"]""")]
    [InlineData("customer_id", "7")]
    [InlineData("customer_id", "true")]
    [InlineData("customer_id", """{"a":1}""")]
    public async Task A_claim_that_is_not_one_text_is_none(string claim, string value)
    {
        var claims = Jwt.Claims(_gateway.PortalToken("owner", "acme"));
        claims[claim] = JsonNode.Parse(value);
        var caller = _gateway.Nobody.With("Authorization", "Bearer " + Jwt.Make(claims, SharedGateway.PortalKey, kid: "p1"));
        (await caller.GetAsync(Path)).Refused(403, "FORBIDDEN");
    }

    [Fact]
    public async Task Portals_have_no_other_header()
    {
        var token = _gateway.PortalToken("owner", "acme");
        (await _gateway.Nobody.With("X-Device-Session", token).With("X-Device-Token", token).GetAsync(Path)).Refused(401, "INVALID_SESSION");
        (await _gateway.Nobody.GetAsync(Path + "?access_token=" + token)).Refused(401, "INVALID_SESSION");
    }

    [Fact]
    public async Task Issuer_and_audience_are_asked_for_as_they_are_set()
    {
        await using var gateway = await TestGateway.StartAsync(
            ("PORTAL_JWT_ISSUER", "https://id.example.com"), ("PORTAL_JWT_AUDIENCE", "fleet"),
            ("PORTAL_JWT_KEY", $"p1:{Convert.ToBase64String(SharedGateway.PortalKey)}"));
        var claims = Jwt.Claims(gateway.PortalToken("viewer", "acme"));
        Assert.Equal("fleet", (string?)claims["aud"]);
        (await List(gateway, claims)).Is(200);

        claims["iss"] = "https://elsewhere.example.com";
        (await List(gateway, claims)).Refused(401, "INVALID_SESSION");
        claims["iss"] = "https://id.example.com";
        claims["aud"] = "rollcall-portal";
        (await List(gateway, claims)).Refused(401, "INVALID_SESSION");
    }

    private static Task<Answer> List(TestGateway gateway, JsonObject claims) =>
        gateway.Nobody.With("Authorization", "Bearer " + Jwt.Make(claims, SharedGateway.PortalKey, kid: "p1")).GetAsync(Path);
}
