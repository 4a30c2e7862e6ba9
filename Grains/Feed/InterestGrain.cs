using Orleans.Runtime;

namespace Rollcall.Feed;

/// <summary>Remembers which gateways watch a customer and tells every silo. Memory only: gateways say it again every 10 s.</summary>
[GrainType("interest")]
internal sealed class InterestGrain(IGrainFactory grains, IClusterMembershipService membership, TimeProvider clock) : Grain, IInterestGrain
{
    /// <summary>A silo that does not answer holds nobody up: what it does not tell heals when it is there again, or gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, (IFeedObserver Observer, long Since)> _gateways = [];

    public async ValueTask<InterestReply> Join(string gateway, IFeedObserver observer)
    {
        _gateways[gateway] = (observer, clock.GetTimestamp());
        foreach (var (other, (_, since)) in _gateways)
        {
            if (clock.GetElapsedTime(since) > InterestRules.Lifetime)
            {
                _gateways.Remove(other);
            }
        }

        // As this silo sees them: no store is asked, so a watch begins also while the membership's is away.
        var watching = _gateways.ToDictionary(pair => pair.Key, pair => pair.Value.Observer);
        var active = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToArray();
        var knows = await Task.WhenAll(active.Select(silo => Tell(silo, watching)));
        return new InterestReply([.. active.Where((_, number) => knows[number])], knows.All(told => told));
    }

    private async Task<bool> Tell(SiloAddress silo, Dictionary<string, IFeedObserver> watching)
    {
        try
        {
            var customer = Keys.CustomerOfInterest(this.GetPrimaryKeyString());
            await grains.GetGrain<ISiloFeed>(Keys.SiloFeed(silo)).Learn(customer, watching).AsTask().WaitAsync(Patience, clock);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
