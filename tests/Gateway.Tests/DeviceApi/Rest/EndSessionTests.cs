using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class EndSessionTests(SharedGateway shared)
{
    private const string Path = "/api/v1/device/session";
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task The_session_is_over_and_the_device_offline_with_a_goodbye()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        var answer = (await device.Self.DeleteAsync(Path)).Is(204);
        var seen = await device.ReadAsync();

        Assert.Equal(0, answer.Length);
        Assert.Equal("offline", seen.GetProperty("status").GetString());
        Assert.Equal("goodbye", seen.GetProperty("reason").GetString());
        (await device.BeatAsync()).Refused(401, "INVALID_SESSION");
        (await device.Self.DeleteAsync(Path)).Refused(401, "INVALID_SESSION");
    }

    [Fact]
    public async Task It_may_sign_in_again()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.Self.DeleteAsync(Path)).Is(204);
        (await device.SignInAsync()).Is(200);
        (await device.BeatAsync()).Is(200);
    }

    [Fact]
    public async Task Of_a_device_that_never_beat_it_leaves_no_transition()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.Self.DeleteAsync(Path)).Is(204);

        Assert.Equal(0, (await device.ReadAsync()).GetProperty("seq").GetInt64());
    }
}
