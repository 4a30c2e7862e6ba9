using Rollcall.Feed;

namespace Rollcall.PortalApi.Hub;

/// <summary>One customer's subscription at the silos, as far as this gateway knows of it.</summary>
/// <param name="join">Registers at all silos.</param>
internal sealed class FeedSubscription(Func<Task<SubscriptionReply>> join, TimeProvider clock)
{
    private volatile HashSet<SiloAddress>? _silos;
    private long _joinedAt = clock.GetTimestamp();
    private int _isDoubted;

    /// <summary>A silo came or went: what it had to tell may be lost, whatever the next renewal answers.</summary>
    public void Doubt() => Volatile.Write(ref _isDoubted, 1);

    /// <summary>
    /// Registers. What changed may have been missed when these are other silos than before, or when the last renewal is so long ago
    /// that they had forgotten.
    /// </summary>
    /// <returns>Whether something may have been missed, and whether every silo knows.</returns>
    public async Task<(bool MayHaveMissed, bool Everyone)> RenewAsync()
    {
        var reply = await join();
        var silos = reply.Silos.ToHashSet();
        var others = _silos is { } known && !known.SetEquals(silos);
        var late = clock.GetElapsedTime(Interlocked.Exchange(ref _joinedAt, clock.GetTimestamp())) > SubscriptionRules.Lifetime;
        var doubted = Interlocked.Exchange(ref _isDoubted, 0) == 1;
        _silos = silos;
        return (doubted || others || late, reply.Everyone);
    }
}
