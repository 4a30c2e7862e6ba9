using Rollcall.DeviceApi.WebSockets;
using Rollcall.Running;

namespace Rollcall.Http;

/// <summary>What stands before and after a body's JSON, and around it.</summary>
public sealed class BodyEdgeTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Targets => [.. BodyTarget.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_mark_before_it_and_NULs_and_blanks_after_it_are_nobodys_words(string target)
    {
        var call = await BodyTarget.OfAsync(target, _gateway);
        var plain = (await call.SendAsync(Body.Json("{}"))).Status;
        foreach (var body
            in new byte[][] { [0xEF, 0xBB, 0xBF, .. "{}"u8], [.. "{}"u8, 0], [.. "{}\r\n"u8, 0, 0, .. " \n"u8], [0xEF, 0xBB, 0xBF, .. " {} "u8, 0] })
        {
            Assert.Equal(plain, (await call.SendAsync(Body.Of(body, null))).Status);
            Assert.Equal(plain, (await call.SendAsync(Body.Chunked(body))).Status);
        }

        await call.RefusesAsync(Body.Of([0, .. "{}"u8], "application/json"), 400, "INVALID_REQUEST");
        await call.RefusesAsync(Body.Of([.. "{}"u8, 0, .. "{}"u8], "application/json"), 400, "INVALID_REQUEST");
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_body_that_is_encoded_is_refused_and_says_why(string target)
    {
        foreach (var coding in new[] { "gzip", "br", "deflate", "x-unknown", "identity, gzip" })
        {
            var call = await BodyTarget.OfAsync(target, _gateway);
            var content = Body.Of([0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "application/json");
            content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            var before = await call.Device.EverythingAsync();
            Assert.Contains("Content-Encoding", (await call.SendAsync(content)).Refused(415, "UNSUPPORTED_MEDIA_TYPE")
                .TextOf("detail"), StringComparison.Ordinal);
            Assert.Equal(before, await call.Device.EverythingAsync());
        }
    }

    [Theory]
    [InlineData(" \n")]
    [InlineData("\0")]
    [InlineData("\uFEFF")]
    public async Task A_beat_of_nothing_but_those_is_an_empty_one(string body)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.Self.SendAsync("POST", "/api/v1/device/heartbeat", Body.Of(body, null))).Is(200);
        Assert.Equal("healthy", (await device.ReadAsync()).GetProperty("health").GetString());
    }

    [Theory]
    [InlineData("""{"type":"heartbeat","payload":"{\"status\":\"degraded\",\"metrics\":{\"cpu\":7}}"}""")]
    [InlineData("\uFEFF{\"type\":\"heartbeat\",\"status\":\"degraded\",\"metrics\":{\"cpu\":7}}\n\0")]
    [InlineData("""{"payload":" {\"status\":\"degraded\",\"metrics\":{\"c\\u0070u\":\"7\"}} ","type":"status_update"}""")]
    public async Task A_frame_is_read_as_generously_and_its_payload_as_JSON_text(string frame)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        Assert.Equal("heartbeat_ack", TestLink.Type(await link.AskAsync(frame)));
        var seen = await device.ReadAsync();
        Assert.Equal(("degraded", 7), (seen.GetProperty("health").GetString(), seen.GetProperty("metrics").GetProperty("cpu").GetDouble()));
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("\"{\"")]
    [InlineData("\"[1]\"")]
    [InlineData("\"{} {}\"")]
    [InlineData("\"\"")]
    [InlineData("7")]
    public async Task A_payload_that_is_no_object_leaves_the_members_where_they_stand(string payload)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        Assert.Equal("heartbeat_ack", TestLink.Type(await link.AskAsync($$"""{"type":"heartbeat","payload":{{payload}},"status":"degraded"}""")));
        Assert.Equal("degraded", (await device.ReadAsync()).GetProperty("health").GetString());
    }
}
