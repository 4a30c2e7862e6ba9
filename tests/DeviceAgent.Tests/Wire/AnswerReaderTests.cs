using System.Net;
using Microsoft.Extensions.Time.Testing;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Tests.Wire;

public sealed class AnswerReaderTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("""{"code":"INVALID_SESSION","more":{"a":[1]}}""", "INVALID_SESSION")]
    [InlineData("""{"code":"two\nlines"}""", null)]
    [InlineData("""{"code":""}""", null)]
    [InlineData("""{"code":7}""", null)]
    [InlineData("""{"error":"old"}""", null)]
    [InlineData("<html>502 Bad Gateway</html>", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public void Reads_the_code_of_a_problem_and_nothing_else(string body, string? code) =>
        Assert.Equal(code, AnswerReader.Code(System.Text.Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("17", 17)]
    [InlineData("Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("99999999", 86_400)]
    [InlineData("later", 0)]
    [InlineData(null, 0)]
    public void Reads_Retry_After_in_both_forms(string? header, double seconds)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        if (header is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", header);
        }

        Assert.Equal(seconds, AnswerReader.RetryAfter(response, _clock).TotalSeconds);
    }

    [Fact]
    public async Task Refusal_of_the_connection_is_silence_with_its_reason()
    {
        using var gateway = GatewayClient.Over(new Uri("http://127.0.0.1:1/"));
        var answer = await gateway.ReachAsync(CancellationToken.None);
        Assert.True(answer.IsMissing);
        Assert.Equal(("connection refused", HttpRequestError.ConnectionError), (answer.Why, answer.Trouble));
    }
}
