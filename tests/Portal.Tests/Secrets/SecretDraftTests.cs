using System.Text.Json;
using Rollcall.Portal.Devices;
using Rollcall.Portal.Fleet;
using Rollcall.Portal.Secrets;

namespace Rollcall.Portal.Tests.Secrets;

public sealed class SecretDraftTests
{
    [Fact]
    public void Sessions_end_where_the_former_secret_ends_at_once_until_somebody_chooses()
    {
        var draft = new SecretDraft();
        Assert.Equal(new NewSecret(0, true), draft.ToSend());

        draft.OverlapSeconds = 3_600;
        Assert.Equal(new NewSecret(3_600, false), draft.ToSend());

        draft.EndSessions = true;
        draft.OverlapSeconds = 86_400;
        Assert.Equal(new NewSecret(86_400, true), draft.ToSend());

        draft.EndSessions = false;
        draft.OverlapSeconds = 0;
        Assert.Equal(new NewSecret(0, false), draft.ToSend());
    }

    [Fact]
    public void Both_members_are_always_sent() =>
        Assert.Equal("""{"overlapSeconds":3600,"endSessions":false}""",
            JsonSerializer.Serialize(new NewSecret(3_600, false), PortalJson.Default.NewSecret));

    [Fact]
    public void The_answer_tells_until_when_the_former_secret_is_good_or_that_it_is_over()
    {
        var both = JsonSerializer.Deserialize("""{"deviceSecret":"new","formerUntil":"2026-01-05T13:00:00.000Z"}""", PortalJson.Default.MadeSecret);
        var alone = JsonSerializer.Deserialize("""{"deviceSecret":"new"}""", PortalJson.Default.MadeSecret);

        Assert.Equal(new MadeSecret("new", new DateTimeOffset(2026, 1, 5, 13, 0, 0, TimeSpan.Zero)), both);
        Assert.Equal(new MadeSecret("new", null), alone);
    }

    [Fact]
    public void Every_choice_is_one_that_the_server_takes_and_says_what_it_does()
    {
        Assert.All(SecretDraft.Overlaps, seconds => Assert.InRange(seconds, 0, 604_800));
        Assert.Equal(["no longer: it is over at once", "1 hour", "1 day", "7 days"], SecretDraft.Overlaps.Select(SecretDraft.Words));
        Assert.Equal(
            4,
            (from seconds in new[] { 0, 3_600 } from end in new[] { true, false } select new SecretDraft { OverlapSeconds = seconds,
                EndSessions = end }.Effect).Distinct().Count());
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(200, null)]
    [InlineData(502, null)]
    [InlineData(503, null)]
    [InlineData(504, "GATEWAY_TIMEOUT")]
    public void An_answer_that_was_lost_or_is_not_the_gateways_may_have_been_a_yes(int status, string? code)
    {
        var why = SecretDraft.Why(new ApiProblem(status, code, "whatever", "request-1"));

        Assert.Contains("unknown whether", why.Detail);
        Assert.Contains("Asking again is safe", why.Detail);
        Assert.Equal("request-1", why.RequestId);
    }

    [Fact]
    public void An_answer_without_a_secret_and_without_a_reason_may_have_been_a_yes() =>
        Assert.Contains("unknown whether", SecretDraft.Why(null).Detail);

    [Fact]
    public void A_refusal_is_told_as_the_gateway_told_it_and_a_fault_says_to_try_again()
    {
        var forbidden = new ApiProblem(403, "FORBIDDEN", "The token's role does not allow this.", "request-1");

        Assert.Equal(forbidden, SecretDraft.Why(forbidden));
        Assert.StartsWith("The device is gone", SecretDraft.Why(new ApiProblem(404, "NOT_FOUND", "", null)).Detail);
        Assert.Contains("Try again", SecretDraft.Why(new ApiProblem(503, "UNAVAILABLE", "", null)).Detail);
    }
}
