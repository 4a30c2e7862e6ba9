using Rollcall.Running;

namespace Rollcall.Demo;

public sealed class WellKnownDeviceTests
{
    private const string SignIn = $$"""{"deviceId":"{{WellKnownDevice.Id}}","deviceSecret":"{{WellKnownDevice.Secret}}"}""";

    [Fact]
    public async Task Its_secret_stands_in_the_documentation_so_it_is_good_on_this_machine_alone()
    {
        using var folder = new TemporaryFolder();
        string token;
        await using (var local = await TestGateway.StartAsync(folder))
        {
            token = (await Auth(local)).Is(200).TextOf("token")!;
            (await Beat(local, token)).Is(200);
        }

        await using (var open = await TestGateway.StartAsync(folder, ("LISTEN_ADDRESS", "0.0.0.0")))
        {
            (await Auth(open)).Refused(401, "INVALID_CREDENTIALS");
            (await Beat(open, token)).Refused(401, "INVALID_SESSION");
        }

        await using var again = await TestGateway.StartAsync(folder);
        (await Beat(again, token)).Refused(401, "INVALID_SESSION");
        (await Auth(again)).Is(200);
    }

    [Fact]
    public async Task It_is_not_listed_until_it_has_signed_in()
    {
        await using var gateway = await TestGateway.StartAsync();
        var viewer = gateway.Portal("viewer", DemoFleet.Customer);
        (await gateway.Nobody.PostAsync("/api/v1/device/auth", SignIn.Replace("12345", "54321", StringComparison.Ordinal)))
            .Refused(401, "INVALID_CREDENTIALS");
        Assert.Equal(0, await TotalAsync(viewer));

        // Two at once: one adds it, both are let in.
        Assert.All(await Task.WhenAll(Auth(gateway), Auth(gateway)), answer => answer.Is(200));
        Assert.Equal(1, await TotalAsync(viewer));
        Assert.Equal("Test device", (await viewer.GetAsync("/api/v1/customer/devices/" + WellKnownDevice.Id)).TextOf("name"));
    }

    [Theory]
    [InlineData("LISTEN_ADDRESS", "*")]
    [InlineData("PUBLIC_URL", "https://rollcall.example.com")]
    [InlineData("TRUSTED_PROXIES", "127.0.0.1")]
    public async Task An_open_gateway_never_had_it_nor_one_behind_a_proxy(string name, string value)
    {
        await using var gateway = await TestGateway.StartAsync((name, value));
        (await Auth(gateway)).Refused(401, "INVALID_CREDENTIALS");
        Assert.Equal(0, await TotalAsync(gateway.Portal("viewer", DemoFleet.Customer)));
    }

    private static async Task<int> TotalAsync(Caller viewer) =>
        (await viewer.GetAsync("/api/v1/customer/devices")).Of("counts").GetProperty("total").GetInt32();

    private static Task<Answer> Auth(TestGateway gateway) => gateway.Nobody.PostAsync("/api/v1/device/auth", SignIn);

    private static Task<Answer> Beat(TestGateway gateway, string token) =>
        gateway.Nobody.With("X-Device-Session", token).PostAsync("/api/v1/device/heartbeat");
}
