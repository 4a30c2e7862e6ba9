using Rollcall.DeviceAgent.Beats;

namespace Rollcall.DeviceAgent.Connection;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The close code; null: it broke, or was never opened.</param>
/// <param name="Status">The handshake's status; 0: it was opened, or not answered.</param>
/// <param name="InDoubt">
/// An earlier handshake of ours, which was not answered in time, may have been carried out since: the newer socket may be ours.
/// </param>
/// <param name="Unanswered">The handshake timed out: the gateway may have opened a connection, and counted its end as a loss.</param>
internal readonly record struct ConnectionEnd(int? Code, int Status = 0, TimeSpan RetryAfter = default, bool InDoubt = false, bool Opened = false,
    bool Unanswered = false)
{
    /// <summary>
    /// The gateway counts it as lost, and waits for a sign of life only for its grace. Not when it closed the connection with a code of its own.
    /// </summary>
    public bool IsLoss => Unanswered || (Opened && Code is not (1000 or 1001 or 4001 or 4002 or 4003));

    public override string ToString() => Status > 0 ? $"answered {Status}" : Code is { } code ? $"closed {code}" : "broken";
}

/// <summary>How long a good device waits before it reconnects. A new token ends the wait.</summary>
internal sealed class ConnectionPolicy(Backoff backoff, Random random)
{
    /// <summary>Only a connection that has been open so long resets the failures: one that opens and drops in turn is a failure.</summary>
    public static readonly TimeSpan Proof = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    /// <param name="failures">The connections before this one that did not last.</param>
    public TimeSpan After(ConnectionEnd end, int failures) => end switch
    {
        // The gateway stops, and another one is there: reconnect soon, but not all devices at once.
        { Code: 1000 or 1001 } when failures == 0 => Soon * random.NextDouble(),
        { Code: 4001, InDoubt: true } => backoff.Delay(failures, random),

        // Another process is this device, its owner disabled it, the gateway has no such endpoint, or the token is not valid.
        { Code: 4001 or 4002 or 4003 } or { Status: 401 or 403 or 404 } =>
            BeatPolicy.RefusedWait + (BeatPolicy.SupersededJitter * random.NextDouble()),
        _ => Longer(backoff.Delay(failures, random), end.RetryAfter),
    };

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
