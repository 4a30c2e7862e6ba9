using System.Text.Json.Nodes;
using Rollcall.Running;

namespace Rollcall.Auth;

public sealed class DeviceTokenTests(SharedGateway shared)
{
    private static readonly Dictionary<string, Func<JsonObject, string>> Bad = new()
    {
        ["under another key"] = claims => Jwt.Make(claims, new byte[32], kid: "new"),
        ["under another key without its name"] = claims => Jwt.Make(claims, new byte[32]),
        ["under the portals' key"] = claims => Jwt.Make(claims, SharedGateway.PortalKey, kid: "p1"),
        ["alg none"] = claims => Jwt.Make(claims, SharedGateway.NewKey, "none", "new"),
        ["HS384"] = claims => Jwt.Make(claims, SharedGateway.NewKey, "HS384", "new"),
        ["HS512"] = claims => Jwt.Make(claims, SharedGateway.NewKey, "HS512", "new"),
        ["RS256 that is HS256"] = claims => Jwt.Make(claims, SharedGateway.NewKey, "RS256", "new"),
        ["with a critical extension"] = claims => Jwt.Make(claims, SharedGateway.NewKey, kid: "new", crit: """["b64"]"""),
        ["with a critical part that is a claim"] = claims => Jwt.Make(claims, SharedGateway.NewKey, kid: "new", crit: """["exp"]"""),
        ["with nothing critical, said so"] = claims => Jwt.Make(claims, SharedGateway.NewKey, kid: "new", crit: "[]"),
        ["with a crit that is no list"] = claims => Jwt.Make(claims, SharedGateway.NewKey, kid: "new", crit: "7"),
        ["expired"] = claims => Signed(claims, ("exp", (long)claims["iat"]! - 1)),
        ["not valid yet"] = claims => Signed(claims, ("nbf", (long)claims["exp"]! + 1)),
        ["for another audience"] = claims => Signed(claims, ("aud", "rollcall-portal")),
        ["without exp"] = claims => Signed(claims, ("exp", null)),
        ["without audience"] = claims => Signed(claims, ("aud", null)),
        ["without epoch"] = claims => Signed(claims, ("epoch", null)),
        ["without jti"] = claims => Signed(claims, ("jti", null)),
        ["without sub"] = claims => Signed(claims, ("sub", null)),
        ["without cid"] = claims => Signed(claims, ("cid", null)),
        ["negative epoch"] = claims => Signed(claims, ("epoch", -1)),
        ["epoch that is no number"] = claims => Signed(claims, ("epoch", "one")),
        ["epoch beyond all numbers"] = claims => Signed(claims, ("epoch", "99999999999999999999")),
        ["10 KB"] = claims => Signed(claims, ("more", new string('x', 10_000))) + "x",
        ["cut"] = claims => Signed(claims)[..^2],
        ["three dots"] = _ => "...",
        ["no token"] = _ => "hello",
        ["a space"] = _ => " ",
        ["control characters"] = claims => Signed(claims) + "\u0001",
    };

    private static readonly Dictionary<string, Func<JsonObject, string>> Ended = new()
    {
        ["an epoch of the future"] = claims => Signed(claims, ("epoch", long.MaxValue), ("jti", new string('0', 64))),
        ["the wrong jti"] = claims => Signed(claims, ("jti", new string('0', 64))),
        ["an unknown device"] = claims => Signed(claims, ("sub", "no-such-device")),
        ["a device that cannot be"] = claims => Signed(claims, ("sub", "../\0")),
        ["another device"] = claims => Signed(claims, ("sub", "test-device-001")),
    };

    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> BadTokens => [.. Bad.Keys];

    public static TheoryData<string> EndedSessions => [.. Ended.Keys];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_bad_token_is_an_invalid_session(string what)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        var before = await device.EverythingAsync();
        var token = Bad[what](Jwt.Claims(device.Token));
        foreach (var (header, value) in new[] { ("X-Device-Session", token), ("X-Device-Token", token), ("Authorization", "Bearer " + token) })
        {
            (await _gateway.Nobody.With(header, value).PostAsync("/api/v1/device/heartbeat", "no JSON")).Refused(401, "INVALID_SESSION");
            (await _gateway.Nobody.With(header, value).DeleteAsync("/api/v1/device/session")).Refused(401, "INVALID_SESSION");
        }

        Assert.Equal(before, await device.EverythingAsync());
        (await device.BeatAsync()).Is(200);
    }

    [Theory]
    [MemberData(nameof(EndedSessions))]
    public async Task A_well_made_token_of_no_session_is_an_invalid_session(string what)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        var before = await device.EverythingAsync();
        var caller = _gateway.Nobody.With("X-Device-Session", Ended[what](Jwt.Claims(device.Token)));

        (await caller.PostAsync("/api/v1/device/heartbeat")).Refused(401, "INVALID_SESSION");
        (await caller.DeleteAsync("/api/v1/device/session")).Refused(401, "INVALID_SESSION");
        Assert.Equal(before, await device.EverythingAsync());
        (await device.BeatAsync()).Is(200);
    }

    [Fact]
    public async Task The_first_key_signs_and_every_key_verifies()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var claims = Jwt.Claims(device.Token);

        Assert.Equal("new", (string?)Jwt.Header(device.Token)["kid"]);
        Assert.Equal("HS256", (string?)Jwt.Header(device.Token)["alg"]);
        foreach (var token in new[] { Jwt.Make(claims, SharedGateway.OldKey, kid: "old"), Jwt.Make(claims, SharedGateway.OldKey), Signed(claims) })
        {
            (await _gateway.Nobody.With("X-Device-Session", token).PostAsync("/api/v1/device/heartbeat")).Is(200);
        }
    }

    [Theory]
    [InlineData(200, "X-Device-Session:good")]
    [InlineData(200, "X-Device-Token:good")]
    [InlineData(200, "Authorization:Bearer good")]
    [InlineData(200, "Authorization:bearer good")]
    [InlineData(200, "X-Device-Session:good", "X-Device-Token:bad", "Authorization:Bearer bad")]
    [InlineData(200, "X-Device-Token:good", "Authorization:Bearer bad")]
    [InlineData(401, "X-Device-Session:bad", "X-Device-Token:good", "Authorization:Bearer good")]
    [InlineData(401, "X-Device-Token:bad", "Authorization:Bearer good")]
    [InlineData(401, "X-Device-Session:", "Authorization:Bearer good")]
    [InlineData(401, "X-Device-Session:", "X-Device-Token:good")]
    [InlineData(401, "X-Device-Token:", "Authorization:Bearer good")]
    [InlineData(200, "X-Device-Session:good", "X-Device-Session:good")]
    [InlineData(400, "X-Device-Session:good", "X-Device-Session:bad")]
    [InlineData(401, "Authorization:good")]
    [InlineData(401, "Authorization:Basic good")]
    [InlineData(401, "Authorization:Bearer")]
    [InlineData(401, "Authorization:")]
    [InlineData(401, "X-Device-Session:Bearer good")]
    public async Task The_first_header_present_wins(int status, params string[] headers)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var caller = headers.Select(header => header.Split(':')).Aggregate(
            _gateway.Nobody, (caller, header) => caller.With(header[0], header[1].Replace("good", device.Token, StringComparison.Ordinal)));

        var answer = (await caller.PostAsync("/api/v1/device/heartbeat")).Is(status);
        Assert.Equal(status == 401 ? "Bearer realm=\"rollcall\"" : null, answer["WWW-Authenticate"]);
    }

    private static string Signed(JsonObject claims, params (string Name, JsonNode? Value)[] changes)
    {
        var changed = claims.DeepClone().AsObject();
        foreach (var (name, value) in changes)
        {
            changed.Remove(name);
            if (value is not null)
            {
                changed[name] = value;
            }
        }

        return Jwt.Make(changed, SharedGateway.NewKey, kid: "new");
    }
}
