using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class ExpiredCodeTests
{
    [Fact]
    public async Task An_expired_code_is_no_code()
    {
        await using var gateway = await TestGateway.StartAsync(("ACTIVATION_CODE_TTL", "1"));
        var created = (await gateway.Portal("owner", "c").PostAsync("/api/v1/customer/devices", """{"deviceId":"d"}""")).Is(201);

        // The answer with the code takes longer than the code lives.
        (await gateway.Nobody.PostAsync(
            "/api/v1/device/register",
            $$"""{"deviceId":"d","activationCode":"{{created.TextOf("activationCode")}}"}""")).Refused(400, "INVALID_ACTIVATION_CODE");
    }
}
