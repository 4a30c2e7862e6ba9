using Orleans.Runtime;

namespace Rollcall.Cluster;

/// <summary>
/// Whether this gateway reaches every silo. A call to a twin goes through whichever silo the client has picked for it, so a silo
/// that does not answer delays heartbeats to twins on other silos, too: that such a twin got none does not mean that its device is offline.
/// </summary>
/// <param name="clock">Measures how long silos have not answered.</param>
/// <param name="relaying">How long the client may go on sending through a silo that has left the cluster.</param>
internal sealed class SiloReachability(TimeProvider clock, TimeSpan relaying)
{
    /// <summary>A silo that takes longer to answer counts as not reached: two periods.</summary>
    private static readonly TimeSpan Prompt = 2 * GatewayLease.Period;
    private readonly Dictionary<SiloAddress, long> _unanswered = [];
    private long? _leftUnanswered;

    /// <summary>Every silo answers promptly, and no call goes through one that left without answering.</summary>
    public bool ReachesAll => Age(Oldest) <= Prompt && (_leftUnanswered is not { } left || clock.GetElapsedTime(left) > relaying);

    /// <summary>How long the slowest silo has not answered; zero when all have answered.</summary>
    public TimeSpan Unanswered => Age(Oldest);

    private long? Oldest => _unanswered.Count == 0 ? null : _unanswered.Values.Min();

    /// <summary>Notes that a call is made. The age of a repeated call counts from the first one.</summary>
    public void Asked(SiloAddress silo) => _unanswered.TryAdd(silo, clock.GetTimestamp());

    /// <summary>Notes that the silo answered, or that the call failed at once, as it does when the silo has died: no call waits in it.</summary>
    public void Answered(SiloAddress silo) => _unanswered.Remove(silo);

    /// <summary>Notes that the silo has left the cluster.</summary>
    public void Left(SiloAddress silo)
    {
        if (_unanswered.Remove(silo, out var since) && Age(since) > Prompt)
        {
            _leftUnanswered = clock.GetTimestamp();
        }
    }

    private TimeSpan Age(long? since) => since is { } at ? clock.GetElapsedTime(at) : TimeSpan.Zero;
}
