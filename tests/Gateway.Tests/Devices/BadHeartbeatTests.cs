using Rollcall.Running;

namespace Rollcall.Devices;

public sealed class BadHeartbeatTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("status", "\"sleeping\"")]
    [InlineData("status", "\"Healthy\"")]
    [InlineData("status", "\"\"")]
    [InlineData("status", "\"healthy\\u0000\"")]
    [InlineData("status", "1")]
    [InlineData("status", "true")]
    [InlineData("status", "[]")]
    [InlineData("status", "{}")]
    [InlineData("metrics", "1")]
    [InlineData("metrics", "\"cpu\"")]
    [InlineData("metrics", "[]")]
    [InlineData("metrics", "true")]
    [InlineData("metrics", "{\"\":1}")]
    [InlineData("metrics", "{\"a b\":1}")]
    [InlineData("metrics", "{\"a\\u0000\":1}")]
    [InlineData("metrics", "{\"\u00e4\":1}")]
    [InlineData("metrics.cpu", "{\"cpu\":-0.1}")]
    [InlineData("metrics.cpu", "{\"cpu\":100.1}")]
    [InlineData("metrics.memory", "{\"memory\":-1}")]
    [InlineData("metrics.memory", "{\"memory\":101}")]
    [InlineData("metrics.uptime", "{\"uptime\":-1}")]
    [InlineData("metrics.x", "{\"x\":\"1\"}")]
    [InlineData("metrics.x", "{\"x\":true}")]
    [InlineData("metrics.x", "{\"x\":[1]}")]
    [InlineData("metrics.x", "{\"x\":{}}")]
    [InlineData("metrics.x", "{\"x\":1e400}")]
    [InlineData("metrics.x", "{\"x\":-1e400}")]
    [InlineData("metrics.x", "{\"x\":\"NaN\"}")]
    [InlineData("metrics.x", "{\"x\":\"Infinity\"}")]
    public async Task What_is_wrong_is_named_and_nothing_is_stored(string wrong, string value)
    {
        var answer = (await Refused($"{{\"{wrong.Split('.')[0]}\":{value}}}")).Refused(400, "INVALID_REQUEST");
        Assert.True(answer.Of("errors").TryGetProperty(wrong, out _), answer.Text);
    }

    [Theory]
    [InlineData("{\"metrics\":{\"x\":NaN}}")]
    [InlineData("{\"metrics\":{\"x\":Infinity}}")]
    [InlineData("{\"metrics\":{\"x\":-Infinity}}")]
    [InlineData("{\"metrics\":{\"x\":+1}}")]
    [InlineData("{\"metrics\":{\"x\":01}}")]
    [InlineData("{\"metrics\":{\"x\":.5}}")]
    [InlineData("{\"metrics\":{\"\\ud800\":1}}")]
    [InlineData("{\"metrics\":{\"a\0\":1}}")]
    [InlineData("{\"status\":\"\\ud800\"}")]
    [InlineData("{\"status\":\"healthy\"")]
    [InlineData("{\"status\"")]
    [InlineData("{\"metrics\":{\"cpu\":1}")]
    [InlineData("{\"metrics\":{\"cpu\":")]
    public async Task What_is_no_JSON_is_refused_and_nothing_is_stored(string body) => (await Refused(body)).Refused(400, "INVALID_REQUEST");

    [Theory]
    [InlineData(65)]
    [InlineData(5_000)]
    public async Task A_name_of_more_than_64_characters_is_refused(int length) =>
        (await Refused($"{{\"metrics\":{{\"{new string('n', length)}\":1}}}}")).Refused(400, "INVALID_REQUEST");

    [Fact]
    public async Task Thirty_three_further_metrics_are_refused() => (await Refused(
        $"{{\"metrics\":{{{string.Join(',', Enumerable.Range(0, 33).Select(number => $"\"m{number}\":1"))}}}}}")).Refused(400, "INVALID_REQUEST");

    private async Task<Answer> Refused(string body)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var before = await device.EverythingAsync();
        var answer = await device.BeatAsync(body);
        Assert.Equal(before, await device.EverythingAsync());
        return answer;
    }
}
