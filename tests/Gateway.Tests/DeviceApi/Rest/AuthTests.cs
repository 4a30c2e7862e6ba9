using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class AuthTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task Signing_in_answers_with_a_session_and_how_to_beat()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var answer = (await device.SignInAsync()).Is(200);

        ContractChecks.HasExactly(answer.Json, "token", "tokenType", "expiresIn", "deviceId", "heartbeatInterval", "heartbeatTimeout");
        Assert.Equal("Bearer", answer.TextOf("tokenType"));
        Assert.Equal(604_800, answer.Of("expiresIn").GetInt64());
        Assert.Equal(device.Id, answer.TextOf("deviceId"));
        Assert.Equal(30_000, answer.Of("heartbeatInterval").GetInt32());
        Assert.Equal(90_000, answer.Of("heartbeatTimeout").GetInt32());
        Assert.Equal("no-store", answer["Cache-Control"]);
    }

    [Fact]
    public async Task The_token_carries_the_documented_claims()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var claims = Jwt.Claims(device.Token);

        Assert.Equal(device.Id, (string?)claims["sub"]);
        Assert.Equal(device.Customer, (string?)claims["cid"]);
        Assert.Matches("^[0-9a-f]{64}$", (string?)claims["jti"]);
        Assert.Equal(1, (long?)claims["epoch"]);
        Assert.NotNull(claims["aud"]);
        Assert.Equal(604_800, (long)claims["exp"]! - (long)claims["iat"]!);
    }

    [Fact]
    public async Task The_token_of_the_longest_ids_fits_into_1_KiB()
    {
        var device = await TestDevice.SignedInAsync(_gateway, new string('c', 100), TestGateway.NewName(new string('d', 95)));
        Assert.InRange(device.Token.Length, 1, 1_024);
    }

    [Fact]
    public async Task Signing_in_is_no_sign_of_life()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var seen = await device.ReadAsync();

        Assert.Equal("offline", seen.GetProperty("status").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, seen.GetProperty("lastSeen").ValueKind);
    }

    [Fact]
    public async Task The_newest_session_wins_when_it_is_used()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var former = device.Self;
        (await former.PostAsync("/api/v1/device/heartbeat")).Is(200);
        (await device.SignInAsync()).Is(200);
        (await former.PostAsync("/api/v1/device/heartbeat")).Is(200);
        (await device.BeatAsync()).Is(200);

        (await former.PostAsync("/api/v1/device/heartbeat")).Refused(401, "SESSION_SUPERSEDED");
        (await former.DeleteAsync("/api/v1/device/session")).Refused(401, "SESSION_SUPERSEDED");
        (await device.BeatAsync()).Is(200);
    }

    [Fact]
    public async Task Signing_in_leaves_an_online_device_online()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        (await device.SignInAsync()).Is(200);

        Assert.Equal("online", (await device.ReadAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_unknown_id_and_a_wrong_secret_get_the_same_answer()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var registered = TestGateway.NewName("waiting");
        (await device.Owner.PostAsync("/api/v1/customer/devices", $$"""{"deviceId":"{{registered}}"}""")).Is(201);
        var answers = new List<Answer>();
        foreach (var id in new[] { device.Id, registered, "no-such-device", "test-device-001" })
        {
            answers.Add((await _gateway.Nobody.With("X-Request-ID", "same").PostAsync(
                "/api/v1/device/auth", $$"""{"deviceId":"{{id}}","deviceSecret":"a wrong secret"}""")).Refused(401, "INVALID_CREDENTIALS"));
        }

        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Single(answers.Select(answer => answer["WWW-Authenticate"]).Distinct());
    }

    [Theory]
    [InlineData("deviceSecret", """{"deviceId":"a","deviceSecret":"1234567"}""")]
    [InlineData("deviceSecret", """{"deviceId":"a"}""")]
    [InlineData("deviceSecret", """{"deviceId":"a","deviceSecret":null}""")]
    [InlineData("deviceSecret", """{"deviceId":"a","deviceSecret":"12345678\u0000"}""")]
    [InlineData("deviceSecret", """{"deviceId":"a","deviceSecret":"1234567\ud800"}""")]
    [InlineData("deviceId", """{"deviceSecret":"12345678"}""")]
    [InlineData("deviceId", """{"deviceId":"","deviceSecret":"12345678"}""")]
    [InlineData("deviceId", """{}""")]
    public async Task What_is_missing_or_out_of_bounds_is_named(string member, string body)
    {
        var answer = (await _gateway.Nobody.PostAsync("/api/v1/device/auth", body)).Refused(400, "INVALID_REQUEST");
        Assert.True(answer.Of("errors").TryGetProperty(member, out _), answer.Text);
    }

    [Theory]
    [InlineData(8, 401)]
    [InlineData(256, 401)]
    [InlineData(257, 400)]
    public async Task A_secret_has_8_to_256_characters(int length, int status) => (await _gateway.Nobody.PostAsync(
        "/api/v1/device/auth", $$"""{"deviceId":"a","deviceSecret":"{{new string('x', length)}}"}""")).Is(status);

    [Fact]
    public async Task Without_a_body_it_is_an_invalid_request() =>
        (await _gateway.Nobody.PostAsync("/api/v1/device/auth")).Refused(400, "INVALID_REQUEST");

    [Fact]
    public async Task Ids_are_case_sensitive()
    {
        var id = TestGateway.NewName("Cased");
        var device = await TestDevice.CreateAsync(_gateway, id: id);
        var other = await TestDevice.CreateAsync(_gateway, device.Customer, id.ToUpperInvariant());

        (await _gateway.Nobody.PostAsync(
            "/api/v1/device/auth", $$"""{"deviceId":"{{other.Id}}","deviceSecret":"{{device.Secret}}"}""")).Refused(401, "INVALID_CREDENTIALS");
    }
}
