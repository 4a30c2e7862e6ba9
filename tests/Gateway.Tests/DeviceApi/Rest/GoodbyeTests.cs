using System.Globalization;
using Rollcall.DeviceApi.WebSockets;
using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class GoodbyeTests
{
    private const string Goodbye = """{"status":"offline"}""";

    [Fact]
    public async Task Beyond_so_many_a_goodbye_is_told_when_to_come_again_and_changes_nothing()
    {
        await using var gateway = await TestGateway.StartAsync(("GOODBYE_BURST", "2"), ("GOODBYE_RATE", "6"));
        var device = await TestDevice.SignedInAsync(gateway);
        for (var i = 0; i < 2; i++)
        {
            (await device.BeatAsync()).Is(200);
            (await device.BeatAsync(Goodbye)).Is(200);
        }

        (await device.BeatAsync()).Is(200);
        var refused = (await device.BeatAsync(Goodbye)).Refused(429, "RATE_LIMITED");
        Assert.InRange(int.Parse(refused["Retry-After"]!, CultureInfo.InvariantCulture), 1, 10);
        Assert.Equal(("online", 5L),
            (await device.ReadAsync() is var seen ? (seen.GetProperty("status").GetString(), seen.GetProperty("seq").GetInt64()) : default));

        // A sign of life is never refused, and over a socket it is the same limit.
        (await device.BeatAsync()).Is(200);
        await using (var link = await TestLink.GreetedAsync(gateway, device))
        {
            var error = await link.AskAsync("""{"type":"heartbeat","requestId":"1","payload":{"status":"offline"}}""");
            Assert.Equal(("error", "RATE_LIMITED"), (TestLink.Type(error), error.GetProperty("code").GetString()));
            Assert.Equal(
                "heartbeat_ack", TestLink.Type(await link.AskAsync("""{"type":"heartbeat","requestId":"2","payload":{"status":"online"}}""")));
        }

        // Nor is the end of the session; one that is a goodbye too many says nothing of presence.
        (await device.Self.DeleteAsync("/api/v1/device/session")).Is(204);
        Assert.Equal(("online", 5L),
            (await device.ReadAsync() is var left ? (left.GetProperty("status").GetString(), left.GetProperty("seq").GetInt64()) : default));
        (await device.BeatAsync()).Refused(401, "INVALID_SESSION");
    }
}
