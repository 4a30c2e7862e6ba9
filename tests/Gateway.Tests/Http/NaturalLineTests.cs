using System.Text;
using Rollcall.Running;

namespace Rollcall.Http;

/// <summary>The natural line of many client stacks, byte for byte: none of them calls its body JSON unless it is told to.</summary>
public sealed class NaturalLineTests(SharedGateway shared)
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded\r\n";

    private static readonly Dictionary<string, (string Version, string Headers)> Stacks = new()
    {
        ["curl -d"] = ("1.1", "User-Agent: curl/7.88.1\r\nAccept: */*\r\n" + Form),
        ["wget --post-data"] = ("1.1", "User-Agent: Wget/1.21.3\r\nAccept: */*\r\nAccept-Encoding: identity\r\n" + Form),
        ["busybox wget --post-data"] = ("1.1", "User-Agent: Wget\r\n" + Form),
        ["an old busybox"] = ("1.0", "User-Agent: Wget\r\n" + Form),
        ["Python urllib"] = ("1.1", "Accept-Encoding: identity\r\nUser-Agent: Python-urllib/3.11\r\n" + Form),
        ["Ruby Net::HTTP.post"] = ("1.1", "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3\r\nAccept: */*\r\nUser-Agent: Ruby\r\n" + Form),
        ["Perl LWP"] = ("1.1", "TE: deflate,gzip;q=0.3\r\nUser-Agent: libwww-perl/6.68\r\n"),
        ["Tcl http::geturl"] =
            ("1.1", "User-Agent: Tcl http client package 2.9.5\r\nAccept: */*\r\nAccept-Encoding: gzip,deflate,compress\r\n" + Form),
        ["PHP file_get_contents"] = ("1.1", Form),
        ["guile"] = ("1.1", "Content-Type: text/plain;charset=utf-8\r\n"),
        ["fetch of a text"] =
            ("1.1", "accept: */*\r\nuser-agent: node\r\naccept-encoding: gzip, deflate\r\nContent-Type: text/plain;charset=UTF-8\r\n"),
        ["a modem's AT commands"] = ("1.0", ""),
        ["an empty type"] = ("1.1", "Content-Type: \r\n"),
        ["no type at all"] = ("1.1", "Content-Type: json\r\n"),
        ["a type of another alphabet"] = ("1.1", "Content-Type: application/json; charset=iso-8859-1\r\n"),
        ["a name in Latin-1"] = ("1.1", "User-Agent: K\u00fchlhaus\r\nContent-Type: text/plain; title=\u00ff\u00fe\r\n"),
        ["Content-Encoding: identity"] = ("1.1", "Content-Encoding: Identity\r\n" + Form),
    };

    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Names => [.. Stacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_device_signs_in_beats_and_answers_commands(string stack)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var signedIn = await SayAsync(stack, "auth", $$"""{"deviceId":"{{device.Id}}","deviceSecret":"{{device.Secret}}"}""");
        Assert.StartsWith("HTTP/1.1 200 ", signedIn, StringComparison.Ordinal);
        var token = "X-Device-Session: " + System.Text.Json.JsonElement.Parse(signedIn[signedIn.IndexOf('{', StringComparison.Ordinal)..])
            .GetProperty("token").GetString() + "\r\n";
        Assert.StartsWith("HTTP/1.1 200 ", await SayAsync(stack, "heartbeat", """{"status":"degraded","metrics":{"cpu":12.5}}""", token),
            StringComparison.Ordinal);
        Assert.Equal("degraded", (await device.ReadAsync()).GetProperty("health").GetString());

        var id = (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"blink"}""")).Is(202).TextOf("id");
        Assert.StartsWith("HTTP/1.1 200 ", await SayAsync(stack, $"commands/{id}/result", """{"status":"completed","result":1}""", token),
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_device_joins_and_its_owner_works_so_too(string stack)
    {
        var customer = TestGateway.NewName("customer");
        var owner = $"Authorization: Bearer {_gateway.PortalToken("owner", customer)}\r\n";
        var id = TestGateway.NewName("device");
        var created = await SayAsync(stack, "../customer/devices", $$"""{"deviceId":"{{id}}"}""", owner);
        Assert.StartsWith("HTTP/1.1 201 ", created, StringComparison.Ordinal);
        var code = System.Text.Json.JsonElement.Parse(created[created.IndexOf('{', StringComparison.Ordinal)..]).GetProperty("activationCode")
            .GetString();
        Assert.StartsWith("HTTP/1.1 201 ", await SayAsync(stack, "register", $$"""{"deviceId":"{{id}}","activationCode":"{{code}}"}"""),
            StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 202 ", await SayAsync(stack, $"../customer/devices/{id}/commands", """{"command":"blink"}""", owner),
            StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await SayAsync(stack, $"../customer/devices/{id}", """{"name":"n"}""", owner, "PATCH"),
            StringComparison.Ordinal);
    }

    private async Task<string> SayAsync(string stack, string call, string body, string token = "", string method = "POST")
    {
        var (version, headers) = Stacks[stack];
        var path = call.StartsWith("../", StringComparison.Ordinal) ? "/api/v1/" + call[3..] : "/api/v1/device/" + call;
        using var client = await RawClient.SayingAsync(
            _gateway,
            $"{method} {path} HTTP/{version}\r\nHost: "
                + $"localhost\r\n{headers}{token}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");
        return await client.HearAllAsync();
    }
}
