using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rollcall.Running;

/// <summary>What the contract says of every answer; checked with each of them.</summary>
internal static partial class ContractChecks
{
    private static readonly string[] ProblemMembers = ["type", "title", "status", "detail", "code", "requestId"];

    private static readonly string[] DeviceMembers =
    [
        "deviceId", "name", "location", "customerId", "mode", "status", "health", "reason", "statusSince", "lastSeen", "connected", "metrics", "seq",
        "ignoredMetrics", "state", "heartbeatInterval", "heartbeatTimeout", "modeSince", "modeNote", "modeUntil", "flapping",
    ];

    public static void CheckAnswer(Answer answer)
    {
        Assert.True(answer.Status is < 500 or 503, $"{answer.Status}: {answer.Text}");
        Assert.False(string.IsNullOrEmpty(answer["X-Request-ID"]));
        Assert.True(answer[Undescribed.Header] is null, $"The reference does not say that this call may be answered {answer.Status}.");
        if (answer.Status != 204)
        {
            Assert.Null(answer["chunked"]);
            Assert.Equal(answer.Length.ToString(), answer["Content-Length"]);
        }

        if (answer.Status >= 400)
        {
            CheckProblem(answer);
        }
    }

    public static void CheckProblem(Answer answer)
    {
        Assert.Equal("application/problem+json", answer["Content-Type"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        HasExactly(answer.Json, answer.Json.TryGetProperty("errors", out _) ? [.. ProblemMembers, "errors"] : ProblemMembers);
        Assert.Equal(answer.Status, answer.Of("status").GetInt32());
        Assert.Equal(answer["X-Request-ID"], answer.TextOf("requestId"));
        Assert.All(["type", "title", "detail", "code"], member => Assert.False(string.IsNullOrEmpty(answer.TextOf(member)), member));
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
        if (answer.Status is 429 or 503)
        {
            Assert.Matches("^[1-9][0-9]{0,3}$", answer["Retry-After"]);
        }
        else
        {
            Assert.Null(answer["Retry-After"]);
        }
    }

    public static void CheckDevice(JsonElement device)
    {
        HasExactly(device, DeviceMembers);
        CheckTime(device.GetProperty("statusSince"));
        if (device.GetProperty("lastSeen") is { ValueKind: not JsonValueKind.Null } lastSeen)
        {
            CheckTime(lastSeen);
        }
    }

    public static void HasExactly(JsonElement json, params string[] members) =>
        Assert.Equal(members.Order(StringComparer.Ordinal), json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));

    public static void CheckTime(JsonElement time) => Assert.Matches(TimePattern(), time.GetString());

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z")]
    private static partial Regex TimePattern();
}
