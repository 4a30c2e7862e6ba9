using Rollcall.Running;

namespace Rollcall.Auth;

public sealed class AddressLimitTests
{
    private const string Guess = """{"deviceId":"nobody","deviceSecret":"a wrong secret"}""";

    [Fact]
    public async Task One_address_guesses_and_joins_only_so_often_and_whoever_is_right_is_served()
    {
        await using var gateway = await TestGateway.StartAsync(("AUTH_BURST", "5"), ("AUTH_RATE", "1"), ("BCRYPT_PATIENCE", "20000"));
        var device = await TestDevice.SignedInAsync(gateway);
        var joins = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.Nobody.PostAsync("/api/v1/device/register", "{}")));
        Assert.InRange(joins.Count(answer => answer.Status == 400), 1, 10);
        Assert.All(joins.Where(answer => answer.Status != 400), answer => answer.Refused(429, "RATE_LIMITED"));

        var guesses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.Nobody.PostAsync("/api/v1/device/auth", Guess)));
        Assert.InRange(guesses.Count(answer => answer.Status == 401), 1, 10);
        Assert.All(guesses.Where(answer => answer.Status != 401), answer => Assert.Equal("10", answer.Refused(429, "RATE_LIMITED")["Retry-After"]));

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => device.SignInAsync())), answer => answer.Is(200));
        (await device.BeatAsync()).Is(200);
        (await device.Owner.GetAsync(device.Path)).Is(200);
    }

    [Fact]
    public async Task What_is_no_sign_in_costs_the_address_none()
    {
        await using var gateway = await TestGateway.StartAsync(("AUTH_BURST", "2"), ("AUTH_RATE", "1"));
        for (var round = 0; round < 20; round++)
        {
            (await gateway.Nobody.PostAsync("/api/v1/device/auth", "{}")).Refused(400, "INVALID_REQUEST");
        }

        (await gateway.Nobody.PostAsync("/api/v1/device/auth", Guess)).Refused(401, "INVALID_CREDENTIALS");
    }
}
