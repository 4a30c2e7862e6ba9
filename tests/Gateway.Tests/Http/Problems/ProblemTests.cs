using Rollcall.Running;

namespace Rollcall.Http.Problems;

public sealed class ProblemTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("GET", "/nothing", 404, "NOT_FOUND")]
    [InlineData("GET", "/api/v1", 404, "NOT_FOUND")]
    [InlineData("GET", "/api/v2/device/auth", 404, "NOT_FOUND")]
    [InlineData("POST", "/api/v1/device/none", 404, "NOT_FOUND")]
    [InlineData("GET", "/openapi/v2.json", 404, "NOT_FOUND")]
    [InlineData("GET", "/api/v1/device/auth", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("PUT", "/api/v1/device/heartbeat", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("POST", "/healthz", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("HELLO", "/healthz", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", "/api/v1/customer/devices", 401, "INVALID_SESSION")]
    [InlineData("POST", "/api/v1/device/auth", 400, "INVALID_REQUEST")]
    public async Task Every_error_is_a_problem_with_a_code(string method, string path, int status, string code) =>
        (await _gateway.Nobody.SendAsync(method, path)).Refused(status, code);

    [Fact]
    public async Task Errors_are_named_member_by_member()
    {
        var answer = (await _gateway.Nobody.PostAsync("/api/v1/device/auth", "{}")).Refused(400, "INVALID_REQUEST");
        ContractChecks.HasExactly(answer.Of("errors"), "deviceId", "deviceSecret");
        Assert.All(answer.Of("errors").EnumerateObject(), error => Assert.Equal(1, error.Value.GetArrayLength()));
    }

    [Fact]
    public async Task A_problem_is_not_kept_by_caches() => Assert.Equal("no-store", (await _gateway.Nobody.GetAsync("/nothing"))["Cache-Control"]);
}
