using Orleans.Runtime;

namespace Rollcall.Cluster;

/// <summary>
/// Whether this gateway reaches every silo. A call to a twin goes through whichever silo the client has picked for it, so one
/// that stands still holds up the beats of twins that live elsewhere, too: their silence proves nothing then.
/// </summary>
/// <param name="clock">For ages.</param>
/// <param name="relaying">How long the client may go on sending through a silo that is no member any more.</param>
internal sealed class SiloReachability(TimeProvider clock, TimeSpan relaying)
{
    /// <summary>An answer that takes longer is none for now: two periods.</summary>
    private static readonly TimeSpan Prompt = 2 * GatewayLease.Period;
    private readonly Dictionary<SiloAddress, long> _unanswered = [];
    private long? _goneSuspect;

    public bool IsWhole => Age(Oldest) <= Prompt && (_goneSuspect is not { } gone || clock.GetElapsedTime(gone) > relaying);

    /// <summary>How long the slowest silo has not answered; zero when all have.</summary>
    public TimeSpan Unanswered => Age(Oldest);

    private long? Oldest => _unanswered.Count == 0 ? null : _unanswered.Values.Min();

    /// <summary>A call is made. One that failed before and is made again is as old as the first.</summary>
    public void Asked(SiloAddress silo) => _unanswered.TryAdd(silo, clock.GetTimestamp());

    /// <summary>It answered, or the call was refused at once: nothing hangs in it, as when it is dead and its connections are broken.</summary>
    public void Answered(SiloAddress silo) => _unanswered.Remove(silo);

    /// <summary>The silo is no member any more.</summary>
    public void Left(SiloAddress silo)
    {
        if (_unanswered.Remove(silo, out var since) && Age(since) > Prompt)
        {
            _goneSuspect = clock.GetTimestamp();
        }
    }

    private TimeSpan Age(long? since) => since is { } at ? clock.GetElapsedTime(at) : TimeSpan.Zero;
}
