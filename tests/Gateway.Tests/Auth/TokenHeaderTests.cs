using Rollcall.Running;

namespace Rollcall.Auth;

/// <summary>A header that came twice: some clients add where they mean to set, and some proxies join two into one.</summary>
public sealed class TokenHeaderTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("X-Device-Session", "")]
    [InlineData("X-Device-Token", "")]
    [InlineData("Authorization", "Bearer ")]
    public async Task The_same_token_twice_is_one(string header, string scheme)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var value = scheme + device.Token;
        Assert.StartsWith("HTTP/1.1 200 ", await BeatAsync($"{header}: {value}\r\n{header}: {value}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await BeatAsync($"{header}: {value}, {value}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await BeatAsync($"{header}: {value},{value}\r\n{header}: {value}\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Device-Session", "")]
    [InlineData("Authorization", "Bearer ")]
    public async Task Two_different_ones_are_refused_without_ending_a_good_session(string header, string scheme)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var former = device.Token;
        (await device.SignInAsync()).Is(200);
        var answer = await BeatAsync($"{header}: {scheme}{former}\r\n{header}: {scheme}{device.Token}\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains($"{header}: holds two different tokens: send one.", answer, StringComparison.Ordinal);
        (await device.BeatAsync()).Is(200);
    }

    [Fact]
    public async Task A_portals_token_twice_is_one_and_two_different_ones_are_none()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var (owner, viewer) = (_gateway.PortalToken("owner", device.Customer), _gateway.PortalToken("viewer", device.Customer));
        Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(device, owner, owner), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401 ", await GetAsync(device, owner, viewer), StringComparison.Ordinal);
    }

    private Task<string> BeatAsync(string headers) =>
        AskAsync($"POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n");

    private Task<string> GetAsync(TestDevice device, string one, string other) =>
        AskAsync(RawClient.Get(device.Path, $"Authorization: Bearer {one}\r\nAuthorization: Bearer {other}\r\nConnection: close\r\n"));

    private async Task<string> AskAsync(string request)
    {
        using var client = await RawClient.SayingAsync(_gateway, request);
        return await client.HearAllAsync();
    }
}
