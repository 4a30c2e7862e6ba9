using Rollcall.Running;

namespace Rollcall.Http;

public sealed class BadPathTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Ids =>
    [
        "no-such-device", "..%2Fx", "a%2Fb", "a%2f..%2fb", "%2E%2E%2F", "..", ".", "a..b", "%01", "a%0Ab", "a%7F", "%20", "%C3%A4", "%ED%A0%80",
        "%FF", "a%5Cb",
        "'%20OR%201=1--", "*", "{id}", "%25", "%2500", "%u0000", "%zz", "-x", "_x", "a+b", "a;b", "a@b", new string('x', 101), new string('x', 4_000),
    ];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_id_that_cannot_be_is_not_found(string id)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var before = await device.EverythingAsync();
        foreach (var (method, tail)
            in new[] { ("GET", ""), ("GET", "/status"), ("GET", "/events"), ("DELETE", ""), ("DELETE", "/session"), ("PATCH", "") })
        {
            var answer = await device.Owner.SendAsync(method, $"/api/v1/customer/devices/{id}{tail}", method == "PATCH" ? Body.Json("{}") : null);

            // Dots alone name another address, which may not take the method.
            Assert.True(answer.Status == 404 || (id is "." or ".." && answer.Status is 200 or 405),
                $"{method} {tail}: {answer.Status} {answer.Text}");
        }

        Assert.Equal(before, await device.EverythingAsync());
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("a%00b")]
    public async Task U_0000_in_a_path_is_refused_by_the_server_itself(string id)
    {
        var answer = await _gateway.Portal("owner", "c").SendUncheckedAsync("GET", "/api/v1/customer/devices/" + id);
        Assert.Equal((400, 0), (answer.Status, answer.Length));
    }

    [Theory]
    [InlineData("/api/v1/customer/devices/")]
    [InlineData("/API/V1/CUSTOMER/DEVICES")]
    public async Task Paths_forgive_case_and_a_last_slash(string path) => (await _gateway.Portal("viewer", "c").GetAsync(path)).Is(200);
}
