using Rollcall.Devices;
using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class StoreOutageTests
{
    [Fact]
    public async Task A_fault_of_ours_is_never_401_and_mends_itself()
    {
        using var folder = new TemporaryFolder();
        TestDevice warm, cold;
        await using (var former = await TestGateway.StartAsync(folder))
        {
            warm = await TestDevice.SignedInAsync(former, "c");
            cold = await TestDevice.SignedInAsync(former, "c");
        }

        await using var gateway = await TestGateway.StartAsync(folder);
        (warm, cold) = (warm.At(gateway), cold.At(gateway));
        (await warm.BeatAsync("""{"metrics":{"n":0}}""")).Is(200);
        var seen = await warm.ReadAsync();
        var key = (await warm.Owner.PostAsync("/api/v1/customer/enrolment-keys", """{"name":"n"}""")).Is(201).TextOf("enrolmentKey");
        using (new Outage(gateway))
        {
            await Heard(warm, 1);
            await Heard(warm, 2);
            (await cold.BeatAsync()).Refused(503, "UNAVAILABLE");
            (await warm.SignInAsync()).Refused(503, "UNAVAILABLE");
            (await cold.SignInAsync()).Refused(503, "UNAVAILABLE");

            // Which ids are known is not told by an outage either.
            (await gateway.Nobody.PostAsync("/api/v1/device/auth", $$"""{"deviceId":"{{warm.Id}}","deviceSecret":"12345678"}"""))
                .Refused(503, "UNAVAILABLE");
            (await gateway.Nobody.PostAsync("/api/v1/device/auth", """{"deviceId":"nobody","deviceSecret":"12345678"}"""))
                .Refused(503, "UNAVAILABLE");
            (await gateway.Nobody.PostAsync("/api/v1/device/register", $$"""{"deviceId":"{{warm.Id}}","activationCode":"x"}"""))
                .Refused(503, "UNAVAILABLE");
            (await gateway.Nobody.PostAsync("/api/v1/device/register", """{"deviceId":"nobody","activationCode":"x"}""")).Refused(503, "UNAVAILABLE");
            (await gateway.Nobody.PostAsync("/api/v1/device/register", $$"""{"deviceId":"nobody","enrolmentKey":"{{key}}"}"""))
                .Refused(503, "UNAVAILABLE");
            (await warm.Owner.PostAsync("/api/v1/customer/enrolment-keys", """{"name":"n"}""")).Refused(503, "UNAVAILABLE");
            (await warm.Self.DeleteAsync("/api/v1/device/session")).Refused(503, "UNAVAILABLE");
            (await warm.Owner.PatchAsync(warm.Path, """{"name":"n"}""")).Refused(503, "UNAVAILABLE");
            (await warm.Owner.DeleteAsync(warm.Path)).Refused(503, "UNAVAILABLE");
            (await warm.Owner.DeleteAsync(warm.Path + "/session")).Refused(503, "UNAVAILABLE");
            (await cold.Owner.GetAsync(cold.Path)).Refused(503, "UNAVAILABLE");
            (await warm.Owner.PostAsync("/api/v1/customer/devices")).Refused(503, "UNAVAILABLE");
            (await gateway.Nobody.With("X-Device-Session", "x").PostAsync("/api/v1/device/heartbeat")).Refused(401, "INVALID_SESSION");
            await Heard(warm, 3);

            // Nothing is shown before it is stored.
            Assert.Equal(seen.GetRawText(), (await warm.ReadAsync()).GetRawText());
            await HealthIs(gateway, "degraded", "down");
        }

        await warm.UntilAsync(device => device.GetProperty("metrics").GetProperty("n").GetInt32() == 3);
        Assert.Equal(1, (await warm.ReadAsync()).GetProperty("seq").GetInt64());
        (await warm.BeatAsync()).Is(200);
        (await cold.BeatAsync()).Is(200);
        (await warm.SignInAsync()).Is(200);
        await HealthIs(gateway, "ok", "ok");
    }

    private static async Task Heard(TestDevice device, int number)
    {
        var answer = (await device.BeatAsync($$$"""{"metrics":{"n":{{{number}}}}}""")).Is(202);
        ContractChecks.HasExactly(answer.Json, "success", "received", "stored", "timestamp", "nextHeartbeat", "commands");
        Assert.True(answer.Of("success").GetBoolean() && answer.Of("received").GetBoolean() && !answer.Of("stored").GetBoolean());
    }

    private static async Task<string?> Database(TestGateway gateway) =>
        (await gateway.Nobody.GetAsync("/readyz")).Is(200).Of("dependencies").GetProperty("database").GetString();

    private static async Task HealthIs(TestGateway gateway, string status, string database)
    {
        (await gateway.Nobody.GetAsync("/healthz")).Is(200);

        // What a silo said is good for a second.
        await Eventually.GetAsync(() => Database(gateway), said => said == database);
        Assert.Equal(status, (await gateway.Nobody.GetAsync("/health")).Is(200).TextOf("status"));
    }
}
