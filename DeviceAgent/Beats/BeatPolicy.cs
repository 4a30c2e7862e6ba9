using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Beats;

/// <summary>How a good device behaves: an answer in, the next step out. No answer ends the beats.</summary>
internal sealed class BeatPolicy(Backoff backoff, Random random)
{
    public static readonly TimeSpan RefusedWait = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan SupersededJitter = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A server that does not answer may carry out what it was asked when it comes to it, also after a later request: a sign-in then drops
    /// the session of that one, unless it has been used.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    /// <param name="step">What was asked.</param>
    /// <param name="answer">What came.</param>
    /// <param name="progress">The progress of the last decision.</param>
    /// <param name="pace">The time between two beats.</param>
    /// <param name="tokenIsCurrent">Whether the token of the request is still the device's.</param>
    public Next Decide(Step step, Answer answer, Progress progress, TimeSpan pace, bool tokenIsCurrent = true)
    {
        var next = answer switch
        {
            { Success: true } => Accept(step, answer, progress, pace),
            { Status: 401 } when !tokenIsCurrent => new Next(Verdict.Ignored, pace, progress),
            { Status: 401 } => Unauthorized(step, answer.Code, progress),
            { Status: 403 } => new Next(Verdict.Refused, RefusedWait, progress),
            { Status: 429 or 0 or (>= 300 and < 400) or >= 500 } => BackOff(step, answer, progress),
            _ when step == Step.Register => new Next(Verdict.Refused, RefusedWait, progress),
            _ => new Next(Verdict.Dropped, pace, progress),
        };
        var delay = next.Delay < answer.RetryAfter ? answer.RetryAfter : next.Delay;
        var doubt = next.Progress.Doubt > delay ? next.Progress.Doubt - delay : TimeSpan.Zero;
        return next with { Delay = delay, Progress = next.Progress with { Doubt = doubt } };
    }

    /// <summary>Whether an authentication may have been carried out although it was not answered so.</summary>
    public static bool IsUnsure(Answer answer) => answer.Status is 0 or (>= 300 and < 400) or >= 500;

    // Only a beat resets the failures: else a session that is given and refused in turn would be asked for without pause. A beat that is
    // stored ends the doubt: its session is in force, and no late sign-in of ours ends that.
    private static Next Accept(Step step, Answer answer, Progress progress, TimeSpan pace) => step == Step.Beat
        ? new Next(Verdict.Accepted, pace, new Progress(0, false, answer.Status == 200 ? TimeSpan.Zero : progress.Doubt))
        : new Next(Verdict.Accepted, TimeSpan.Zero, progress);

    private Next Unauthorized(Step step, string? code, Progress progress) => code switch
    {
        "SESSION_SUPERSEDED" when progress.Doubt == TimeSpan.Zero =>
            new Next(Verdict.Superseded, RefusedWait + (SupersededJitter * random.NextDouble()), progress, DropSession: true),
        "INVALID_CREDENTIALS" => new Next(Verdict.Refused, RefusedWait, progress, DropSession: true),
        null when step != Step.Beat => new Next(Verdict.Refused, RefusedWait, progress),
        _ when step != Step.Beat || progress.Reauthenticated => LoseSession(progress, backoff.Delay(progress.Failures, random)),
        _ => LoseSession(progress, TimeSpan.Zero) with { Progress = progress with { Reauthenticated = true } },
    };

    private static Next LoseSession(Progress progress, TimeSpan delay) =>
        new(Verdict.SessionLost, delay, More(progress), DropSession: true);

    private Next BackOff(Step step, Answer answer, Progress progress)
    {
        var doubt = step == Step.Authenticate && IsUnsure(answer) ? Settling : progress.Doubt;
        return new Next(Verdict.BackOff, backoff.Delay(progress.Failures, random), More(progress) with { Doubt = doubt });
    }

    private static Progress More(Progress progress) => progress with { Failures = Math.Min(progress.Failures + 1, 1_000) };
}
