using System.Text.Json;
using Rollcall.Http;
using Rollcall.Running;

namespace Rollcall.PortalApi.Devices;

public sealed class PatchDeviceTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task What_is_absent_stays_and_null_clears()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        await Becomes(device, """{"name":"Pump","location":"Hall 3"}""", "Pump", "Hall 3");
        await Becomes(device, """{"name":"Pump 2"}""", "Pump 2", "Hall 3");
        await Becomes(device, """{"location":null}""", "Pump 2", null);
        await Becomes(device, """{}""", "Pump 2", null);
        await Becomes(device, """{"name":"","unknown":1}""", "", null);
        await Becomes(device, """{"name":null,"location":"x"}""", null, "x");
    }

    [Fact]
    public async Task The_answer_is_the_device_and_no_read_is_older()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var answer = (await device.Owner.PatchAsync(device.Path, """{"name":"n"}""")).Is(200);
        var read = (await device.Owner.GetAsync(device.Path)).Is(200);

        ContractChecks.CheckDevice(answer.Json);
        Assert.Equal(answer.Text, read.Text);
        Assert.Equal(answer["ETag"], read["ETag"]);
    }

    [Fact]
    public async Task If_Match_is_honoured()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var first = (await device.Owner.GetAsync(device.Path)).Is(200)["ETag"]!;
        Assert.Matches("^\"[^\"]+\"$", first);
        var second = (await device.Owner.With("If-Match", first).PatchAsync(device.Path, """{"name":"1"}""")).Is(200)["ETag"]!;

        Assert.NotEqual(first, second);
        (await device.Owner.With("If-Match", first).PatchAsync(device.Path, """{"name":"2"}""")).Refused(412, "PRECONDITION_FAILED");
        (await device.Owner.With("If-Match", "\"other\"").PatchAsync(device.Path, """{"name":"2"}""")).Refused(412, "PRECONDITION_FAILED");
        Assert.Equal("1", (await device.ReadAsync()).GetProperty("name").GetString());
        (await device.Owner.With("If-Match", "*").PatchAsync(device.Path, """{"name":"3"}""")).Is(200);
        (await device.Owner.PatchAsync(device.Path, """{"name":"4"}""")).Is(200);
    }

    [Fact]
    public async Task If_Match_may_list_several()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var tag = (await device.Owner.GetAsync(device.Path)).Is(200)["ETag"]!;
        (await device.Owner.With("If-Match", $"\"other\", {tag}").PatchAsync(device.Path, """{"name":"1"}""")).Is(200);
        (await device.Owner.With("If-Match", $"\"other\", {tag}").PatchAsync(device.Path, """{"name":"2"}""")).Refused(412, "PRECONDITION_FAILED");
    }

    [Fact]
    public async Task Beats_and_sign_ins_do_not_change_the_ETag()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var before = (await device.Owner.GetAsync(device.Path)).Is(200)["ETag"];
        (await device.BeatAsync()).Is(200);
        (await device.SignInAsync()).Is(200);
        Assert.Equal(before, (await device.Owner.GetAsync(device.Path)).Is(200)["ETag"]);
    }

    [Theory]
    [InlineData("maintenance", "DEVICE_MAINTENANCE")]
    [InlineData("disabled", "DEVICE_DISABLED")]
    public async Task Leaving_active_ends_the_session_and_bars_the_device(string mode, string code)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        var patched = (await device.Owner.PatchAsync(device.Path, $$"""{"mode":"{{mode}}"}""")).Is(200);

        Assert.Equal(mode, patched.TextOf("mode"));
        Assert.Equal("offline", patched.TextOf("status"));
        Assert.Equal(mode, patched.TextOf("reason"));
        Assert.Equal(2, patched.Of("seq").GetInt64());
        (await device.BeatAsync()).Refused(403, code);
        (await device.Self.DeleteAsync("/api/v1/device/session")).Refused(403, code);
        (await device.SignInAsync()).Refused(403, code);
        (await _gateway.Nobody.PostAsync(
            "/api/v1/device/auth", $$"""{"deviceId":"{{device.Id}}","deviceSecret":"a wrong one"}""")).Refused(401, "INVALID_CREDENTIALS");

        (await device.Owner.PatchAsync(device.Path, """{"mode":"active"}""")).Is(200);
        (await device.BeatAsync()).Refused(401, "INVALID_SESSION");
        (await device.SignInAsync()).Is(200);
        (await device.BeatAsync()).Is(200);
    }

    [Theory]
    [InlineData("name", "1")]
    [InlineData("name", "true")]
    [InlineData("name", "[]")]
    [InlineData("name", "{}")]
    [InlineData("name", "\"\\u0000\"")]
    [InlineData("name", "\"\\ud800\"")]
    [InlineData("location", "1")]
    [InlineData("location", "\"\\u0000\"")]
    [InlineData("location", "\"\\udc00x\"")]
    [InlineData("mode", "null")]
    [InlineData("mode", "\"Active\"")]
    [InlineData("mode", "\"off\"")]
    [InlineData("mode", "\"\\ud800\"")]
    [InlineData("mode", "1")]
    [InlineData("mode", "[]")]
    [InlineData("modeNote", "1")]
    [InlineData("modeUntil", "1")]
    [InlineData("modeUntil", "\"tomorrow\"")]
    [InlineData("modeUntil", "\"2100-01-01T12:00:00\"")]
    [InlineData("modeUntil", "\"2100-01-01T12:00:00Z\"")]
    [InlineData("modeUntil", "\"2000-01-01T12:00:00Z\"")]
    [InlineData("heartbeatInterval", "\"1000\"")]
    [InlineData("heartbeatInterval", "999")]
    [InlineData("heartbeatInterval", "302400001")]
    [InlineData("heartbeatInterval", "1000.5")]
    [InlineData("heartbeatTimeout", "1999")]
    [InlineData("heartbeatTimeout", "604800001")]
    [InlineData("heartbeatTimeout", "99999999999999999999")]
    [InlineData("heartbeatTimeout", "[]")]
    public async Task What_is_wrong_is_named_and_nothing_is_stored(string member, string value)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var before = await device.EverythingAsync();
        var answer = (await device.Owner.PatchAsync(device.Path, $$"""{"{{member}}":{{value}},"location":"changed"}""".Replace(
            "\"location\":\"changed\"", member == "location" ? "\"name\":\"changed\"" : "\"location\":\"changed\"", StringComparison.Ordinal)))
            .Refused(400, "INVALID_REQUEST");

        Assert.True(answer.Of("errors").TryGetProperty(member, out _), answer.Text);
        Assert.Equal(before, await device.EverythingAsync());
        (await device.BeatAsync()).Is(200);
    }

    [Fact]
    public async Task A_maintenance_has_a_note_and_an_end()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        var patched = (await device.Owner.PatchAsync(
            device.Path, $$"""{"mode":"maintenance","modeNote":"new pump","modeUntil":"{{until}}"}""")).Is(200);
        Assert.Equal(
            ("maintenance", "maintenance", "new pump", until),
            (patched.TextOf("state"), patched.TextOf("mode"), patched.TextOf("modeNote"), patched.TextOf("modeUntil")));
        ContractChecks.CheckTime(patched.Of("modeSince"));
        var active = (await device.Owner.PatchAsync(device.Path, """{"mode":"active"}""")).Is(200);
        Assert.Equal((null, null, "never_seen"), (active.TextOf("modeNote"), active.TextOf("modeUntil"), active.TextOf("state")));
    }

    [Theory]
    [InlineData("""{"modeNote":"why"}""", "modeUntil")]
    [InlineData("""{"mode":"active","modeNote":"why"}""", "modeNote")]
    [InlineData("""{"mode":"disabled","modeUntil":"UNTIL"}""", "modeUntil")]
    [InlineData("""{"modeUntil":"UNTIL"}""", "modeUntil")]
    [InlineData("""{"mode":"maintenance","modeNote":"LONG"}""", "modeNote")]
    public async Task A_note_or_an_end_that_does_not_go_with_the_mode_is_refused(string patch, string member)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var body = patch.Replace("UNTIL", TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), StringComparison.Ordinal)
            .Replace("LONG", new string('x', 201), StringComparison.Ordinal);
        var refused = (await device.Owner.PatchAsync(device.Path, body)).Refused(400, "INVALID_REQUEST");
        Assert.True(refused.Of("errors").TryGetProperty(member, out _), refused.Text);
    }

    [Fact]
    public async Task A_members_name_that_is_no_Unicode_is_the_callers_fault()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.Owner.PatchAsync(device.Path, """{"\ud800":1,"name":"x"}""")).Refused(400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task An_unknown_device_is_not_found() => (await _gateway.Portal("owner", "c").PatchAsync(
        "/api/v1/customer/devices/no-such-device", """{"name":"x"}""")).Refused(404, "NOT_FOUND");

    private static async Task Becomes(TestDevice device, string patch, string? name, string? location)
    {
        (await device.Owner.PatchAsync(device.Path, patch)).Is(200);
        var seen = await device.ReadAsync();
        Assert.Equal((name, location), (Text(seen, "name"), Text(seen, "location")));
    }

    private static string? Text(JsonElement device, string member) => device.GetProperty(member).GetString();
}
