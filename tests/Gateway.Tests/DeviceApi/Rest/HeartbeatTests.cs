using System.Text.Json;
using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class HeartbeatTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_beat_is_answered_with_what_happened_and_when_the_next_is_due()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        for (var i = 0; i < 20; i++)
        {
            var answer = (await device.BeatAsync()).Is(200);
            ContractChecks.HasExactly(answer.Json, "success", "received", "stored", "timestamp", "nextHeartbeat", "commands");
            Assert.True(answer.Of("success").GetBoolean() && answer.Of("received").GetBoolean() && answer.Of("stored").GetBoolean());
            Assert.InRange(answer.Of("nextHeartbeat").GetInt32(), 27_000, 30_000);
            Assert.Equal(0, answer.Of("commands").GetArrayLength());
            ContractChecks.CheckTime(answer.Of("timestamp"));
        }
    }

    [Fact]
    public async Task What_the_portal_shows_as_last_seen_is_the_beats_timestamp()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var beat = (await device.BeatAsync()).Is(200);

        Assert.Equal(beat.TextOf("timestamp"), (await device.ReadAsync()).GetProperty("lastSeen").GetString());
    }

    [Theory]
    [InlineData(null, "online", "healthy")]
    [InlineData("""{}""", "online", "healthy")]
    [InlineData("""{"status":"healthy"}""", "online", "healthy")]
    [InlineData("""{"status":"online"}""", "online", "healthy")]
    [InlineData("""{"status":null}""", "online", "healthy")]
    [InlineData("""{"status":"degraded"}""", "online", "degraded")]
    [InlineData("""{"unknown":{"deep":[1,{"a":null}]},"status":"degraded"}""", "online", "degraded")]
    public async Task A_beat_brings_the_device_online(string? body, string status, string health)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync(body)).Is(200);
        var seen = await device.ReadAsync();

        Assert.Equal(status, seen.GetProperty("status").GetString());
        Assert.Equal(health, seen.GetProperty("health").GetString());
        Assert.Equal("heartbeat", seen.GetProperty("reason").GetString());
        Assert.Equal(1, seen.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task An_offline_beat_is_a_goodbye_and_the_session_goes_on()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync("""{"status":"degraded"}""")).Is(200);
        (await device.BeatAsync("""{"status":"offline","metrics":{"cpu":1}}""")).Is(200);
        var seen = await device.ReadAsync();

        Assert.Equal("offline", seen.GetProperty("status").GetString());
        Assert.Equal("goodbye", seen.GetProperty("reason").GetString());
        Assert.Equal(2, seen.GetProperty("seq").GetInt64());
        (await device.BeatAsync()).Is(200);
        Assert.Equal(3, (await device.ReadAsync()).GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task A_change_of_health_is_no_transition()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        foreach (var status in new[] { "healthy", "degraded", "healthy" })
        {
            (await device.BeatAsync($$"""{"status":"{{status}}"}""")).Is(200);
        }

        Assert.Equal(1, (await device.ReadAsync()).GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Metrics_replace_all_and_a_beat_without_keeps_the_last()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync("""{"metrics":{"cpu":12.5,"memory":100,"uptime":0,"fan.rpm":-3,"A_b-c":1e300}}""")).Is(200);
        Assert.Equal("""{"cpu":12.5,"memory":100,"uptime":0,"fan.rpm":-3,"A_b-c":1E+300}""", await Metrics(device));

        (await device.BeatAsync()).Is(200);
        (await device.BeatAsync("""{"metrics":null}""")).Is(200);
        Assert.Equal(5, (await device.ReadAsync()).GetProperty("metrics").EnumerateObject().Count());

        (await device.BeatAsync("""{"metrics":{"cpu":0}}""")).Is(200);
        Assert.Equal("""{"cpu":0}""", await Metrics(device));
        (await device.BeatAsync("""{"metrics":{}}""")).Is(200);
        Assert.Equal("{}", await Metrics(device));
    }

    [Fact]
    public async Task A_body_of_16_KiB_and_35_metrics_with_the_longest_names_are_fine()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var further = string.Join(',', Enumerable.Range(0, 32).Select(number => $"\"{new string('m', 62)}{number:D2}\":{number}"));
        var body = "{\"metrics\":{\"cpu\":1,\"memory\":2,\"uptime\":3," + further + "}}";
        (await device.BeatAsync(body + new string(' ', (16 * 1024) - body.Length))).Is(200);

        Assert.Equal(35, (await device.ReadAsync()).GetProperty("metrics").EnumerateObject().Count());
    }

    [Fact]
    public async Task Minus_zero_is_a_number()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync("""{"metrics":{"cpu":-0,"memory":-0.0}}""")).Is(200);

        Assert.Equal(0, (await device.ReadAsync()).GetProperty("metrics").GetProperty("cpu").GetDouble());
    }

    [Fact]
    public async Task Other_JSON_media_types_and_a_charset_are_JSON()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        foreach (var type in new[] { "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.acme+json" })
        {
            (await device.Self.SendAsync("POST", "/api/v1/device/heartbeat", Body.Of("{}", type))).Is(200);
        }
    }

    private static async Task<string> Metrics(TestDevice device)
    {
        var metrics = (await device.ReadAsync()).GetProperty("metrics");
        Assert.Equal(JsonValueKind.Object, metrics.ValueKind);
        return metrics.GetRawText();
    }
}
