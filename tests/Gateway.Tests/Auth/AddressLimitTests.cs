using Rollcall.Running;

namespace Rollcall.Auth;

public sealed class AddressLimitTests
{
    [Fact]
    public async Task One_address_signs_in_and_registers_only_so_often_and_beats_go_on()
    {
        await using var gateway = await TestGateway.StartAsync(("AUTH_BURST", "5"), ("AUTH_RATE", "1"));
        var device = await TestDevice.SignedInAsync(gateway);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => gateway.Nobody.PostAsync(
            number % 2 == 0 ? "/api/v1/device/auth" : "/api/v1/device/register", "{}")));

        Assert.InRange(answers.Count(answer => answer.Status == 400), 1, 10);
        Assert.All(answers.Where(answer => answer.Status != 400), answer => answer.Refused(429, "RATE_LIMITED"));
        (await device.BeatAsync()).Is(200);
        (await device.Owner.GetAsync(device.Path)).Is(200);
        await Eventually.GetAsync(device.SignInAsync, answer => answer.Status == 200);
    }
}
