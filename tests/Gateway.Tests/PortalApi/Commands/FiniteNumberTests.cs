using Rollcall.DeviceApi.WebSockets;
using Rollcall.Running;

namespace Rollcall.PortalApi.Commands;

public sealed class FiniteNumberTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("1.8e308")]
    [InlineData("""{"deep":[0,{"er":[1e400]}]}""")]
    public async Task Numbers_that_no_reader_can_hold_are_refused_of_customers_and_of_devices(string json)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var refused = (await device.Owner.PostAsync(device.Path + "/commands", $$"""{"command":"set","parameters":{{json}}}"""))
            .Refused(400, "INVALID_REQUEST");
        Assert.Contains("finite", refused.Of("errors").GetProperty("parameters")[0].GetString(), StringComparison.Ordinal);

        var id = (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"get"}""")).Is(202).TextOf("id");
        (await device.Self.PostAsync($"/api/v1/device/commands/{id}/result", $$"""{"status":"completed","result":{{json}}}"""))
            .Refused(400, "INVALID_REQUEST");
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        Assert.Equal("command", TestLink.Type(await link.HearAsync()));
        var answer = await link.AskAsync($$"""{"type":"command_result","commandId":"{{id}}","status":"completed","result":{{json}}}""");
        Assert.Equal(("error", "INVALID_REQUEST"), (TestLink.Type(answer), answer.GetProperty("code").GetString()));
        Assert.NotEqual("completed", (await device.Owner.GetAsync($"{device.Path}/commands/{id}")).Is(200).TextOf("status"));
    }

    [Theory]
    [InlineData("1.7976931348623157e308")]
    [InlineData("-1e-999")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("\"1e999\"")]
    public async Task Others_are_given_on_to_the_letter(string json)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.Owner.PostAsync(device.Path + "/commands", $$"""{"command":"set","parameters":{{json}}}""")).Is(202);
        Assert.Equal(json, Assert.Single((await device.BeatAsync()).Is(200).Of("commands").EnumerateArray()).GetProperty("parameters").GetRawText());
    }

    [Fact]
    public async Task What_a_device_wants_echoed_is_finite_too()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        Assert.Equal("error", TestLink.Type(await link.AskAsync("""{"type":"ping","requestId":1e999}""")));
        Assert.Equal("pong", TestLink.Type(await link.AskAsync("""{"type":"ping","requestId":1e99}""")));
    }
}
