using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Tests.Beats;

public sealed class BeatPolicyTests
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);
    private readonly BeatPolicy _policy = new(Backoff.Standard, new Ceiling());

    [Theory]
    [InlineData("Beat", 200, null, "Accepted", 30, 0, false)]
    [InlineData("Beat", 202, null, "Accepted", 30, 0, false)]
    [InlineData("Authenticate", 200, null, "Accepted", 0, 3, false)]
    [InlineData("Register", 201, null, "Accepted", 0, 3, false)]
    [InlineData("Beat", 401, "INVALID_SESSION", "SessionLost", 0, 3, true)]
    [InlineData("Beat", 401, null, "SessionLost", 0, 3, true)]
    [InlineData("Beat", 401, "SOMETHING_NEW", "SessionLost", 0, 3, true)]
    [InlineData("Authenticate", 401, "INVALID_SESSION", "SessionLost", 8, 4, true)]
    [InlineData("Beat", 401, "SESSION_SUPERSEDED", "Superseded", 360, 3, true)]
    [InlineData("Authenticate", 401, "SESSION_SUPERSEDED", "Superseded", 360, 3, true)]
    [InlineData("Beat", 401, "INVALID_CREDENTIALS", "Refused", 300, 3, true)]
    [InlineData("Authenticate", 401, "INVALID_CREDENTIALS", "Refused", 300, 3, true)]
    [InlineData("Authenticate", 401, null, "Refused", 300, 3, false)]
    [InlineData("Beat", 403, "DEVICE_DISABLED", "Refused", 300, 3, false)]
    [InlineData("Authenticate", 403, "DEVICE_MAINTENANCE", "Refused", 300, 3, false)]
    [InlineData("Beat", 403, null, "Refused", 300, 3, false)]
    [InlineData("Beat", 429, "RATE_LIMITED", "BackOff", 8, 4, false)]
    [InlineData("Beat", 500, null, "BackOff", 8, 4, false)]
    [InlineData("Beat", 502, null, "BackOff", 8, 4, false)]
    [InlineData("Beat", 503, "UNAVAILABLE", "BackOff", 8, 4, false)]
    [InlineData("Authenticate", 503, "UNAVAILABLE", "BackOff", 8, 4, false)]
    [InlineData("Register", 503, "UNAVAILABLE", "BackOff", 8, 4, false)]
    [InlineData("Beat", 0, null, "BackOff", 8, 4, false)]
    [InlineData("Beat", 302, null, "BackOff", 8, 4, false)]
    [InlineData("Beat", 400, "INVALID_REQUEST", "Dropped", 30, 3, false)]
    [InlineData("Beat", 404, null, "Dropped", 30, 3, false)]
    [InlineData("Beat", 413, "TOO_LARGE", "Dropped", 30, 3, false)]
    [InlineData("Authenticate", 400, "INVALID_REQUEST", "Dropped", 30, 3, false)]
    [InlineData("Register", 400, "INVALID_ACTIVATION_CODE", "Refused", 300, 3, false)]
    [InlineData("Register", 409, "CONFLICT", "Refused", 300, 3, false)]
    public void Each_answer_has_its_row(string step, int status, string? code, string verdict, double seconds, int failures, bool drops)
    {
        var next = _policy.Decide(Enum.Parse<Step>(step), new Answer(status, code), new Progress(3, false, TimeSpan.Zero), Pace);

        Assert.Equal(Enum.Parse<Verdict>(verdict), next.Verdict);
        Assert.Equal(seconds, next.Delay.TotalSeconds, 3);
        Assert.Equal(failures, next.Progress.Failures);
        Assert.Equal(drops, next.DropSession);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(403)]
    [InlineData(400)]
    public void Never_asks_again_before_Retry_After(int status)
    {
        var wait = TimeSpan.FromMinutes(17);
        Assert.Equal(wait, _policy.Decide(Step.Beat, new Answer(status, null, wait), default, Pace).Delay);
    }

    [Fact]
    public void A_short_Retry_After_shortens_nothing() =>
        Assert.Equal(FiveMinutes, _policy.Decide(Step.Beat, new Answer(403, null, TimeSpan.FromSeconds(1)), default, Pace).Delay);

    [Fact]
    public void A_session_lost_again_before_a_beat_was_accepted_backs_off()
    {
        var lost = new Answer(401, "INVALID_SESSION");
        var first = _policy.Decide(Step.Beat, lost, default, Pace);
        var authenticated = _policy.Decide(Step.Authenticate, new Answer(200), first.Progress, Pace);
        var second = _policy.Decide(Step.Beat, lost, authenticated.Progress, Pace);
        var third = _policy.Decide(Step.Beat, lost, second.Progress, Pace);

        Assert.Equal([0, 1, 2], [first.Delay.TotalSeconds, second.Delay.TotalSeconds, third.Delay.TotalSeconds]);
        Assert.True(third.DropSession);
    }

    [Fact]
    public void An_accepted_beat_forgets_every_failure() =>
        Assert.Equal(default, _policy.Decide(Step.Beat, new Answer(200), new Progress(9, true, TimeSpan.FromSeconds(30)), Pace).Progress);

    [Theory]
    [InlineData("INVALID_SESSION")]
    [InlineData("SESSION_SUPERSEDED")]
    [InlineData("INVALID_CREDENTIALS")]
    public void A_401_for_a_token_of_the_past_is_ignored(string code)
    {
        var next = _policy.Decide(Step.Beat, new Answer(401, code), default, Pace, tokenIsCurrent: false);
        Assert.Equal((Verdict.Ignored, Pace, false), (next.Verdict, next.Delay, next.DropSession));
    }

    [Fact]
    public void Superseded_after_an_authentication_whose_answer_was_lost_is_most_likely_ourselves_until_a_beat_was_stored()
    {
        // The answer to the first was lost; the second succeeds; then the server comes to carry out the first, before the second is used.
        var unsure = _policy.Decide(Step.Authenticate, Answer.None("no answer"), default, Pace).Progress;
        Assert.Equal(TimeSpan.FromSeconds(29), unsure.Doubt);
        var authenticated = _policy.Decide(Step.Authenticate, new Answer(200), unsure, Pace).Progress;
        var kept = _policy.Decide(Step.Beat, new Answer(202), authenticated, TimeSpan.FromSeconds(1)).Progress;
        var next = _policy.Decide(Step.Beat, new Answer(401, "SESSION_SUPERSEDED"), kept, Pace);
        Assert.Equal((Verdict.SessionLost, TimeSpan.Zero), (next.Verdict, next.Delay));

        // Again and again: not without a pause, and not for longer than that may be.
        var again = _policy.Decide(Step.Beat, new Answer(401, "SESSION_SUPERSEDED"), next.Progress, Pace);
        Assert.Equal((Verdict.SessionLost, true), (again.Verdict, again.Delay > TimeSpan.Zero));
        var settled = _policy.Decide(Step.Beat, new Answer(200), authenticated, TimeSpan.FromSeconds(1)).Progress;
        Assert.Equal(TimeSpan.Zero, settled.Doubt);
        Assert.Equal(Verdict.Superseded, _policy.Decide(Step.Beat, new Answer(401, "SESSION_SUPERSEDED"), settled, Pace).Verdict);
    }

    /// <summary>The most that jitter can be.</summary>
    private sealed class Ceiling : Random
    {
        public override double NextDouble() => 1;
    }
}
