using System.Text.Json;
using Rollcall.DeviceApi.WebSockets;
using Rollcall.PortalApi.Hub;
using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

/// <summary>A metric that does not fit costs itself. The beat is heard, and says what was ignored.</summary>
public sealed class IgnoredMetricsTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("\"cpu\":-0.1", "cpu")]
    [InlineData("\"cpu\":100.1", "cpu")]
    [InlineData("\"memory\":512", "memory")]
    [InlineData("\"uptime\":-1", "uptime")]
    [InlineData("\"x\":true", "x")]
    [InlineData("\"x\":[1,[2]]", "x")]
    [InlineData("\"x\":{\"y\":{\"z\":1}}", "x")]
    [InlineData("\"x\":1e400", "x")]
    [InlineData("\"x\":\"NaN\"", "x")]
    [InlineData("\"x\":\"Infinity\"", "x")]
    [InlineData("\"x\":\"\"", "x")]
    [InlineData("\"x\":\"01\"", "x")]
    [InlineData("\"x\":\"+1\"", "x")]
    [InlineData("\"x\":\"1.\"", "x")]
    [InlineData("\"x\":\".5\"", "x")]
    [InlineData("\"x\":\"1e\"", "x")]
    [InlineData("\"x\":\"1.2.3\"", "x")]
    [InlineData("\"x\":\"-\"", "x")]
    [InlineData("\"x\":\"0x10\"", "x")]
    [InlineData("\"x\":\"1 \"", "x")]
    [InlineData("\"x\":\"1e400\"", "x")]
    [InlineData("\"x\":\"\\ud800\"", "x")]
    [InlineData("\"cpu\":\"101\"", "cpu")]
    [InlineData("\"\":1", "")]
    [InlineData("\"a b\":1", "a b")]
    [InlineData("\"\u00e4\":{\"deep\":[]}", "\u00e4")]
    [InlineData("\"a\\u0000\":1", "a\0")]
    [InlineData("\"\\ud800\":1", "\\ud800")]
    public async Task It_is_named_and_the_others_are_stored(string metric, string ignored)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var answer = (await device.BeatAsync($$"""{"metrics":{"good":1,{{metric}},"better":2},"status":"degraded"}""")).Is(200);
        Assert.Equal([ignored], Texts(answer.Of("ignoredMetrics")));
        var seen = await device.ReadAsync();
        ContractChecks.CheckDevice(seen);
        Assert.Equal("""{"good":1,"better":2}""", seen.GetProperty("metrics").GetRawText());
        Assert.Equal([ignored], Texts(seen.GetProperty("ignoredMetrics")));
        Assert.Equal(("online", "degraded"), (seen.GetProperty("status").GetString(), seen.GetProperty("health").GetString()));
    }

    [Fact]
    public async Task However_deep_one_is_nested_it_costs_itself_alone()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var deep = new string('[', 7_000) + new string(']', 7_000);
        var beat = $$"""{"metrics":{"x":{{deep}},"cpu":7} }""";
        Assert.Equal(["x"], Texts((await device.BeatAsync(beat)).Is(200).Of("ignoredMetrics")));
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        foreach (var frame in new[] { $$"""{"type":"heartbeat","payload":{{beat}}}""", $$"""{"type":"heartbeat",{{beat[1..]}}""",
            $$"""{"type":"heartbeat","payload":{{System.Text.Json.JsonSerializer.Serialize(beat)}}}""" })
        {
            Assert.Equal(["x"], Texts((await link.AskAsync(frame)).GetProperty("ignoredMetrics")));
        }

        Assert.Equal("""{"cpu":7}""", (await device.ReadAsync()).GetProperty("metrics").GetRawText());
    }

    [Theory]
    [InlineData("\"12.5\"", 12.5)]
    [InlineData("\"-0.25e2\"", -25)]
    [InlineData("\"0\"", 0)]
    [InlineData("\"1E\\u002B2\"", 100)]
    [InlineData("\"6e1\"", 60)]
    public async Task A_text_that_is_a_JSON_number_is_that_number(string written, double value)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var answer = (await device.BeatAsync($$$"""{"metrics":{"x":{{{written}}}}}""")).Is(200);
        Assert.False(answer.Json.TryGetProperty("ignoredMetrics", out _));
        Assert.Equal(value, (await device.ReadAsync()).GetProperty("metrics").GetProperty("x").GetDouble());
    }

    [Fact]
    public async Task Thirty_two_further_ones_are_kept_and_ten_names_are_told_each_cut()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var metrics = Enumerable.Range(0, 50).Select(number => $"\"m{number}\":{number}").Append($"\"{new string('n', 5_000)}\":1")
            .Append("\"cpu\":5").Append("\"m0\":7");
        var answer = (await device.BeatAsync($$$"""{"metrics":{ {{{string.Join(',', metrics)}}} }}""")).Is(200);
        Assert.Equal(Enumerable.Range(32, 10).Select(number => $"m{number}"), Texts(answer.Of("ignoredMetrics")));
        var seen = (await device.ReadAsync()).GetProperty("metrics");
        Assert.Equal((33, 5, 7), (seen.EnumerateObject().Count(), seen.GetProperty("cpu").GetInt32(), seen.GetProperty("m0").GetInt32()));

        answer = (await device.BeatAsync($$$"""{"metrics":{"{{{new string('n', 5_000)}}}":1,"{{{new string('n', 63)}}}😀":1}}""")).Is(200);
        Assert.Equal([new string('n', 64), new string('n', 63)], Texts(answer.Of("ignoredMetrics")));
    }

    [Theory]
    [InlineData("5", "metrics", "{\"cpu\":1}")]
    [InlineData("\"cpu\"", "metrics", "{\"cpu\":1}")]
    [InlineData("[{\"cpu\":2}]", "metrics", "{\"cpu\":1}")]
    [InlineData("true", "metrics", "{\"cpu\":1}")]
    [InlineData("[]", null, "{}")]
    [InlineData("null", null, "{\"cpu\":1}")]
    public async Task Metrics_that_are_no_object_cost_no_beat_either(string metrics, string? ignored, string kept)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync("""{"metrics":{"cpu":1}}""")).Is(200);
        var answer = (await device.BeatAsync($$"""{"metrics":{{metrics}},"status":"degraded"}""")).Is(200);
        Assert.Equal(ignored is not null, answer.Json.TryGetProperty("ignoredMetrics", out var told));
        Assert.Equal(ignored is null ? [] : [ignored], ignored is null ? [] : Texts(told));
        var seen = await device.ReadAsync();
        Assert.Equal((kept, "degraded"), (seen.GetProperty("metrics").GetRawText(), seen.GetProperty("health").GetString()));
    }

    [Fact]
    public async Task It_is_shown_everywhere_until_the_device_sends_metrics_that_fit()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var portal = await TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", device.Customer));
        await portal.WatchAsync(new { });
        (await device.BeatAsync("""{"metrics":{"cpu":1,"fan":"fast"}}""")).Is(200);
        await Eventually.GetAsync(() => portal.Devices[device.Id], told => Of(told) is ["fan"], TestPortal.Unhealed);
        Assert.Equal(["fan"], Of((await device.Owner.GetAsync("/api/v1/customer/devices")).Is(200).Of("devices")[0]));
        await using var second = await TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", device.Customer));
        Assert.Equal(["fan"], Of((await second.WatchAsync(new { })).GetProperty("devices")[0]));

        (await device.BeatAsync("""{"status":"healthy"}""")).Is(200);
        Assert.Equal(["fan"], Of(await device.ReadAsync()));
        (await device.BeatAsync("""{"metrics":{"cpu":1}}""")).Is(200);
        Assert.Empty(Of(await device.ReadAsync()));
        Assert.Empty(Of((await device.Owner.GetAsync("/api/v1/customer/devices")).Is(200).Of("devices")[0]));
        await Eventually.GetAsync(() => portal.Devices[device.Id], told => Of(told) is [], TestPortal.Unhealed);
    }

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("status_update")]
    public async Task A_beat_over_a_socket_says_it_too(string type)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        var ack = await link.AskAsync($$$"""{"type":"{{{type}}}","payload":{"metrics":{"cpu":200,"memory":"40"} } }""");
        Assert.Equal("heartbeat_ack", TestLink.Type(ack));
        Assert.Equal(["cpu"], Texts(ack.GetProperty("ignoredMetrics")));
        Assert.Equal("""{"memory":40}""", (await device.ReadAsync()).GetProperty("metrics").GetRawText());
        Assert.False((await link.AskAsync($$$"""{"type":"{{{type}}}","metrics":{"cpu":20}}""")).TryGetProperty("ignoredMetrics", out _));
    }

    private static string[] Of(JsonElement device) =>
        device.GetProperty("ignoredMetrics") is { ValueKind: JsonValueKind.Array } names ? Texts(names) : [];

    private static string[] Texts(JsonElement names) => [.. names.EnumerateArray().Select(name => name.GetString()!)];
}
