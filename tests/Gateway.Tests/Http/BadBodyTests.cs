using System.Text;
using Rollcall.Running;

namespace Rollcall.Http;

public sealed class BadBodyTests(SharedGateway shared)
{
    private static readonly Dictionary<string, byte[]> NoJson = new()
    {
        ["a brace"] = Bytes("{"),
        ["a cut member"] = Bytes("""{"name":"""),
        ["a cut text"] = Bytes("""{"name":"x"""),
        ["a comma too many"] = Bytes("""{"name":"x",}"""),
        ["no comma"] = Bytes("""{"name":"x" "location":"y"}"""),
        ["single quotes"] = Bytes("{'name':'x'}"),
        ["a comment"] = Bytes("{/**/}"),
        ["two values"] = Bytes("{}{}"),
        ["two values apart"] = Bytes("{} {}"),
        ["a tail"] = Bytes("{}x"),
        ["a word"] = Bytes("hello"),
        ["NaN"] = Bytes("""{"name":NaN}"""),
        ["null"] = Bytes("null"),
        ["a list"] = Bytes("[]"),
        ["a list of objects"] = Bytes("[{}]"),
        ["a text"] = Bytes("\"{}\""),
        ["a number"] = Bytes("1"),
        ["true"] = Bytes("true"),
        ["U+0000 in a text"] = [.. "{\"name\":\"a"u8, 0, .. "\"}"u8],
        ["U+0000 in a name"] = [.. "{\"na"u8, 0, .. "me\":1}"u8],
        ["U+0001 in a text"] = [.. "{\"name\":\"a"u8, 1, .. "\"}"u8],
        ["UTF-16"] = Encoding.Unicode.GetBytes("{}"),
        ["an unknown escape"] = Bytes("""{"name":"\x"}"""),
        ["half an escape"] = Bytes("""{"name":"\u12"}"""),
        ["too deep"] = Bytes("{\"x\":" + new string('[', 200) + new string(']', 200) + "}"),
        ["too deep and open"] = Bytes(string.Concat(Enumerable.Repeat("{\"x\":", 1_000))),
        ["gzip"] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0],
    };

    private readonly TestGateway _gateway = shared.Gateway;

    /// <summary>But for a beat: however deep, what it holds beside costs itself alone.</summary>
    public static TheoryData<string, string> Sweep =>
    [
        .. BodyTarget.Names.SelectMany(target => NoJson.Keys.Select(body => (target, body))).Where(one => one is not ("heartbeat", "too deep")),
    ];

    public static TheoryData<string> Targets => [.. BodyTarget.Names];

    [Theory]
    [MemberData(nameof(Sweep))]
    public async Task What_is_no_JSON_object_is_refused(string target, string body) =>
        await (await BodyTarget.OfAsync(target, _gateway)).RefusesAsync(Body.Of(NoJson[body], "application/json"), 400, "INVALID_REQUEST");

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task More_than_16_KiB_is_too_large_however_it_is_sent(string target)
    {
        var call = await BodyTarget.OfAsync(target, _gateway);
        foreach (var length in new[] { (16 * 1024) + 1, 48 * 1024 })
        {
            await call.RefusesAsync(Body.Of(Spaces(length), "application/json"), 413, "TOO_LARGE");
            await call.RefusesAsync(Body.Chunked(Spaces(length)), 413, "TOO_LARGE");
        }

        // Asked whether it wants this much, the server says no.
        var asking = call.With("Expect", "100-continue");
        await asking.RefusesAsync(Body.Of(Spaces((64 * 1024) + 1), "application/json"), 413, "TOO_LARGE");
        await asking.RefusesAsync(Body.Of(Spaces(30_000_000), "application/json"), 413, "TOO_LARGE");
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Of_a_stream_without_an_end_nothing_is_stored(string target)
    {
        var call = await BodyTarget.OfAsync(target, _gateway);
        var before = await call.Device.EverythingAsync();
        try
        {
            (await call.SendAsync(Body.Chunked(Spaces(2_000_000)))).Refused(413, "TOO_LARGE");
        }
        catch (HttpRequestException)
        {
            // The server has answered and closed while this was still sending.
        }

        Assert.Equal(before, await call.Device.EverythingAsync());
    }

    [Theory]
    [InlineData("/api/v1/device/auth", 413)]
    [InlineData("/api/v1/device/heartbeat", 401)]
    public async Task A_connection_whose_rest_is_not_read_is_said_to_be_closed(string path, int status)
    {
        var answer = await _gateway.Nobody.With("Expect", "100-continue").SendAsync("POST", path, Body.Of(Spaces(200_000), "application/json"));
        Assert.Equal("close", answer.Is(status)["Connection"]);
        Assert.Null((await _gateway.Nobody.PostAsync(path, "{}"))["Connection"]);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_chunked_body_is_a_body(string target)
    {
        var call = await BodyTarget.OfAsync(target, _gateway);
        var answer = await call.SendAsync(Body.Chunked("{\"unknown\":1}"u8.ToArray()));
        Assert.Equal(target is "heartbeat" or "patch" ? 200 : target == "create" ? 201 : 400, answer.Status);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Unknown_members_are_ignored_also_odd_ones(string target)
    {
        var call = await BodyTarget.OfAsync(target, _gateway);
        foreach (var member
            in new[] { "\"\":1", "\"a\\ud800\":1", "\"__proto__\":{}", "\"x\":\"\\u0000\"", "\"x\":1e400", "\"NAME \":[[[]]]", "\"$ref\":\"#\"" })
        {
            Assert.InRange((await call.SendAsync(Body.Json($"{{{member}}}"))).Status, 200, 400);
        }
    }

    private static byte[] Spaces(int length) => Bytes("{" + new string(' ', length - 2) + "}");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
