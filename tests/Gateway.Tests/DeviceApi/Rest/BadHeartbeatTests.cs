using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

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
    [InlineData("{\"metrics\":{\"a\0\":1}}")]
    [InlineData("{\"status\":\"\\ud800\"}")]
    [InlineData("{\"status\":\"healthy\"")]
    [InlineData("{\"status\"")]
    [InlineData("{\"metrics\":{\"cpu\":1}")]
    [InlineData("{\"metrics\":{\"cpu\":")]
    public async Task What_is_no_JSON_is_refused_and_nothing_is_stored(string body) => (await Refused(body)).Refused(400, "INVALID_REQUEST");

    private async Task<Answer> Refused(string body)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var before = await device.EverythingAsync();
        var answer = await device.BeatAsync(body);
        Assert.Equal(before, await device.EverythingAsync());
        return answer;
    }
}
