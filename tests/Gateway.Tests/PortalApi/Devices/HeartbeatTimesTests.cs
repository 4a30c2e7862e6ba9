using Rollcall.Running;

namespace Rollcall.PortalApi.Devices;

/// <summary>A device's own heartbeat interval and timeout.</summary>
public sealed class HeartbeatTimesTests(SharedGateway shared)
{
    private const string Path = "/api/v1/customer/devices";
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task Are_set_when_the_device_is_added_and_told_to_it()
    {
        var (customer, id) = (TestGateway.NewName("customer"), TestGateway.NewName("hourly"));
        var created = (await _gateway.Portal("owner", customer).PostAsync(
            $"{Path}?secret=true", $$"""{"deviceId":"{{id}}","heartbeatInterval":3600000,"heartbeatTimeout":7800000}""")).Is(201);
        Assert.Equal((3_600_000, 7_800_000), Times(created.Of("device")));
        var session = (await _gateway.Nobody.PostAsync(
            "/api/v1/device/auth", $$"""{"deviceId":"{{id}}","deviceSecret":"{{created.TextOf("deviceSecret")}}"}""")).Is(200);
        Assert.Equal((3_600_000, 7_800_000), Times(session.Json));
        var beat = (await _gateway.Nobody.With("Authorization", "Bearer " + session.TextOf("token")).PostAsync(
            "/api/v1/device/heartbeat", "{}")).Is(200);
        Assert.InRange(beat.Of("nextHeartbeat").GetInt32(), 3_240_000, 3_600_000);
    }

    [Fact]
    public async Task Are_changed_one_by_one_and_null_takes_the_installations()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        await Becomes(device, """{"heartbeatInterval":5000}""", 5_000, null);
        await Becomes(device, """{"heartbeatTimeout":6e4,"heartbeatInterval":30000.0}""", 30_000, 60_000);
        await Becomes(device, """{"name":"Pump"}""", 30_000, 60_000);
        await Becomes(device, """{"heartbeatInterval":null,"heartbeatTimeout":null}""", null, null);
    }

    [Theory]
    [InlineData("""{"heartbeatInterval":3600000}""")]
    [InlineData("""{"heartbeatTimeout":20000}""")]
    [InlineData("""{"heartbeatInterval":10000,"heartbeatTimeout":19999}""")]
    public async Task Are_refused_when_the_timeout_has_no_room_for_two_intervals(string times)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var before = (await device.Owner.GetAsync(device.Path)).Text;
        var patched = (await device.Owner.PatchAsync(device.Path, times)).Refused(400, "INVALID_REQUEST");
        Assert.True(patched.Of("errors").TryGetProperty("heartbeatTimeout", out _), patched.Text);
        Assert.Equal(before, (await device.Owner.GetAsync(device.Path)).Text);
        Assert.True((await device.Owner.PostAsync(Path, times)).Refused(400, "INVALID_REQUEST")
            .Of("errors").TryGetProperty("heartbeatTimeout", out _));
        var key = times.Replace("{", """{"name":"k",""", StringComparison.Ordinal);
        Assert.True((await device.Owner.PostAsync("/api/v1/customer/enrolment-keys", key)).Refused(400, "INVALID_REQUEST")
            .Of("errors").TryGetProperty("heartbeatTimeout", out _));
    }

    [Fact]
    public async Task Of_an_enrolment_key_are_its_devices()
    {
        var (owner, id) = (_gateway.Portal("owner", TestGateway.NewName("customer")), TestGateway.NewName("enrolled"));
        var key = (await owner.PostAsync(
            "/api/v1/customer/enrolment-keys", """{"name":"k","heartbeatInterval":60000,"heartbeatTimeout":600000}""")).Is(201);
        (await _gateway.Nobody.PostAsync(
            "/api/v1/device/register", $$"""{"deviceId":"{{id}}","enrolmentKey":"{{key.TextOf("enrolmentKey")}}"}""")).Is(201);
        Assert.Equal((60_000, 600_000), Times((await owner.GetAsync($"{Path}/{id}")).Is(200).Json));
        var listed = (await owner.GetAsync("/api/v1/customer/enrolment-keys")).Is(200).Of("enrolmentKeys");
        Assert.Equal((60_000, 600_000), Times(Assert.Single(listed.EnumerateArray())));
    }

    private static async Task Becomes(TestDevice device, string patch, int? interval, int? timeout)
    {
        Assert.Equal((interval, timeout), Times((await device.Owner.PatchAsync(device.Path, patch)).Is(200).Json));
        Assert.Equal((interval, timeout), Times(await device.ReadAsync()));
    }

    private static (int? Interval, int? Timeout) Times(System.Text.Json.JsonElement of) =>
        (Number(of.GetProperty("heartbeatInterval")), Number(of.GetProperty("heartbeatTimeout")));

    private static int? Number(System.Text.Json.JsonElement json) => json.ValueKind == System.Text.Json.JsonValueKind.Null ? null : json.GetInt32();
}
