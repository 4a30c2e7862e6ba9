using Rollcall.Running;

namespace Rollcall.PortalApi.Keys;

/// <summary>A customer of the test's own, as owner and as its devices.</summary>
public sealed class OwnKeys(TestGateway gateway)
{
    public const string Path = "/api/v1/customer/enrolment-keys";

    public string Customer { get; } = TestGateway.NewName("customer");

    public Caller Owner => gateway.Portal("owner", Customer);

    public async Task<(string Id, string Key)> NewAsync(string members = "")
    {
        var created = (await Owner.PostAsync(Path, $$"""{"name":"a key"{{members}}}""")).Is(201);
        return (created.TextOf("id")!, created.TextOf("enrolmentKey")!);
    }

    public Task<Answer> EnrolAsync(string deviceId, string key) =>
        gateway.Nobody.PostAsync("/api/v1/device/register", $$"""{"deviceId":"{{deviceId}}","enrolmentKey":"{{key}}"}""");

    public Task<Answer> SignInAsync(string deviceId, string secret) =>
        gateway.Nobody.PostAsync("/api/v1/device/auth", $$"""{"deviceId":"{{deviceId}}","deviceSecret":"{{secret}}"}""");
}
