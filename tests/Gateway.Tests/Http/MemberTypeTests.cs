using System.Text;
using Rollcall.Running;

namespace Rollcall.Http;

public sealed class MemberTypeTests(SharedGateway shared)
{
    private const string Valid = "\"deviceId\":\"a\",\"deviceSecret\":\"12345678\",\"activationCode\":\"x\"";

    private static readonly Dictionary<string, byte[]> NoText = new()
    {
        ["a number"] = "1"u8.ToArray(),
        ["a boolean"] = "true"u8.ToArray(),
        ["a list"] = "[\"a\"]"u8.ToArray(),
        ["an object"] = "{\"a\":1}"u8.ToArray(),
        ["U+0000"] = "\"abcdefgh\\u0000\""u8.ToArray(),
        ["half a pair"] = "\"abcdefgh\\ud800\""u8.ToArray(),
        ["the other half"] = "\"abcdefgh\\udc00\""u8.ToArray(),
        ["no UTF-8"] = [.. "\"abcdefgh"u8, 0xff, (byte)'"'],
        ["a cut letter"] = [.. "\"abcdefgh"u8, 0xc3, (byte)'"'],
        ["an overlong letter"] = [.. "\"abcdefgh"u8, 0xc0, 0x80, (byte)'"'],
        ["a half pair in UTF-8"] = [.. "\"abcdefgh"u8, 0xed, 0xa0, 0x80, (byte)'"'],
        ["too long"] = Encoding.ASCII.GetBytes($"\"{new string('x', 300)}\""),
    };

    private static readonly (string Target, string Member)[] Members =
    [
        ("auth", "deviceId"), ("auth", "deviceSecret"),
        ("register", "deviceId"), ("register", "activationCode"), ("register", "enrolmentKey"), ("register", "name"),
        ("enrolment", "name"), ("enrolment", "expiresAt"),
        ("heartbeat", "status"),
        ("create", "deviceId"), ("create", "name"), ("create", "location"),
        ("patch", "name"), ("patch", "location"), ("patch", "mode"),
    ];

    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string, string, string> Sweep =>
        // Metrics, of the first system.
        [.. Members.SelectMany(row => NoText.Keys.Select(what => (row.Target, row.Member, what)))
            .Where(row => row != ("heartbeat", "status", "an object"))];

    [Theory]
    [MemberData(nameof(Sweep))]
    public async Task A_member_of_another_type_or_form_is_refused(string target, string member, string what)
    {
        var others = target == "enrolment" && member != "name" ? "\"name\":\"n\"," : target is "auth" or "register"
            ? string.Join(',', Valid.Split(',').Where(one => !one.StartsWith($"\"{member}\"", StringComparison.Ordinal))) + ","
            : "";
        byte[] body = [.. Encoding.ASCII.GetBytes($"{{{others}\"{member}\":"), .. NoText[what], (byte)'}'];

        await (await BodyTarget.OfAsync(target, _gateway)).RefusesAsync(Body.Of(body, "application/json"), 400, "INVALID_REQUEST");
    }
}
