using Rollcall.DeviceAgent.Beats;

namespace Rollcall.DeviceAgent.Line;

/// <summary>How a line ended.</summary>
/// <param name="Code">The close code; null: it broke, or never was.</param>
/// <param name="Status">The handshake's status; 0: it was opened, or nobody answered.</param>
/// <param name="InDoubt">
/// An earlier handshake of ours, which nobody answered in time, may have been carried out since: the newer socket may be ours.
/// </param>
/// <param name="Unanswered">The handshake was not answered in time: the other side may have taken it for a line, and its end for a loss.</param>
internal readonly record struct ConnectionEnd(int? Code, int Status = 0, TimeSpan RetryAfter = default, bool InDoubt = false, bool Opened = false,
    bool Unanswered = false)
{
    /// <summary>
    /// The other side counts it as lost, and waits for a sign of life only for its grace. Not when it closed the line in words of its own.
    /// </summary>
    public bool IsLoss => Unanswered || (Opened && Code is not (1000 or 1001 or 4001 or 4002 or 4003));

    public override string ToString() => Status > 0 ? $"answered {Status}" : Code is { } code ? $"closed {code}" : "broken";
}

/// <summary>How long a good device waits before it opens its line anew. A new token is a new chance, whatever the wait.</summary>
internal sealed class ConnectionPolicy(Backoff backoff, Random random)
{
    /// <summary>Only a line that has stayed up so long ends a row of failures: one that opens and drops in turn is a failure.</summary>
    public static readonly TimeSpan Proof = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    /// <param name="failures">The lines before this one that did not last.</param>
    public TimeSpan After(ConnectionEnd end, int failures) => end switch
    {
        // They stop, and another one is there: at once, but not all together.
        { Code: 1000 or 1001 } when failures == 0 => Soon * random.NextDouble(),
        { Code: 4001, InDoubt: true } => backoff.Delay(failures, random),

        // Somebody else is this device, its owner does not want it, there is no such line here; or the token is no good: only a new one ends that.
        { Code: 4001 or 4002 or 4003 } or { Status: 401 or 403 or 404 } =>
            BeatPolicy.RefusedWait + (BeatPolicy.SupersededJitter * random.NextDouble()),
        _ => Longer(backoff.Delay(failures, random), end.RetryAfter),
    };

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
