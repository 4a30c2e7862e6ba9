using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Utilities;

namespace Rollcall.Feed;

/// <summary>Remembers which gateways watch a customer and tells every silo. Memory only: gateways say it again every 10 s.</summary>
[GrainType("interest")]
internal sealed class SubscriptionsGrain(
    IGrainFactory grains, IClusterMembershipService membership, TimeProvider clock, ILogger<SubscriptionsGrain> log) : Grain, ISubscriptionsGrain
{
    /// <summary>A silo that does not answer holds nobody up: what it does not tell heals when it is there again, or gone.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>By the time that has passed: a wall clock that jumps would forget all of them, or one that is gone never.</summary>
    private readonly ObserverManager<string, IFeedObserver> _gateways =
        new(SubscriptionRules.Lifetime, log) { GetDateTime = () => new DateTime(clock.GetElapsedTime(0).Ticks, DateTimeKind.Utc) };

    public async ValueTask<SubscriptionReply> Join(string gateway, IFeedObserver observer)
    {
        _gateways.Subscribe(gateway, observer);
        _gateways.ClearExpired();

        // As this silo sees them: no store is asked, so a watch begins also while the membership's is away.
        var watching = new Dictionary<string, IFeedObserver>(_gateways.Observers);
        var active = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToArray();
        var knows = await Task.WhenAll(active.Select(silo => Update(silo, watching)));
        return new SubscriptionReply([.. active.Where((_, number) => knows[number])], knows.All(told => told));
    }

    private async Task<bool> Update(SiloAddress silo, Dictionary<string, IFeedObserver> watching)
    {
        try
        {
            var customer = Keys.CustomerOfSubscriptions(this.GetPrimaryKeyString());
            await grains.GetGrain<ISiloFeed>(Keys.SiloFeed(silo)).Update(customer, watching).AsTask().WaitAsync(Timeout, clock);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
