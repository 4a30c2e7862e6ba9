using Rollcall.Auth;
using Rollcall.Running;

namespace Rollcall.Http;

/// <summary>Every address that is read, with what nobody should ask: it is never a fault of ours.</summary>
public sealed class OddQuestionTests(SharedGateway shared)
{
    private static readonly string[] Values =
    [
        "", "x", "0", "-1", "1e9", "2147483648", "99999999999999999999", "NaN", "null", "true", "[]", "%7B%7D", "%22", "'", "%25", "%2F", "%5C",
        "%0A", "%00", "%C3%A4",
        "%ED%A0%80", "%FF", "+", "*", "2026-13-45T99:99:99Z", "AAAA", new string('x', 3_000), new string('9', 3_000),
    ];

    private static readonly string[] Names = ["limit", "cursor", "after", "q", "status", "wait", "id", "transport", ""];

    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Reads => [.. AccessTable.Rows.Select(row => row.Endpoint)
        .Where(endpoint => endpoint.StartsWith("GET ", StringComparison.Ordinal)), "GET /hubs/portal", "GET /", "GET /devices/{id}"];

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task It_is_never_a_fault_of_ours(string endpoint)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var caller = endpoint.Contains("/device/", StringComparison.Ordinal) ? device.Self : device.Owner;
        var path = endpoint[4..].Replace("{documentName?}", "", StringComparison.Ordinal).Replace("{commandId}", "none", StringComparison.Ordinal);
        var known = path.Replace("{id}", device.Id, StringComparison.Ordinal);

        // What is open to all asks for nothing, and may be large.
        var names = AccessTable.Rows.SingleOrDefault(row => row.Endpoint == endpoint)?.Access == Access.Everybody ? ["q"] : Names;
        var asked = names.SelectMany(name => Values.Select(value => $"{known}?{name}={value}"))
            .Append($"{known}?limit=1&limit=2").Append($"{known}?{new string('&', 1_000)}").Append($"{known}?a=%zz&%=%")
            .Concat(path == known && !path.Contains("none", StringComparison.Ordinal) ? [] : Values.Select(value =>
                endpoint[4..].Replace("{commandId}", value, StringComparison.Ordinal)
                    .Replace("{id}", path.Contains("none", StringComparison.Ordinal) ? device.Id : value, StringComparison.Ordinal)));
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (question, _) =>
        {
            var answer = await caller.SendUncheckedAsync("GET", question);
            Assert.True(answer.Status is >= 200 and < 500, $"{question[..Math.Min(question.Length, 200)]}: {answer.Status} {answer.Text}");
        });
        (await device.BeatAsync()).Is(200);
    }
}
