using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Utilities;

namespace Rollcall.Feed;

/// <summary>Remembers which gateways watch a customer and updates every silo. In memory only: gateways renew every 10 s.</summary>
[GrainType("interest")]
internal sealed class SubscriptionsGrain(
    IGrainFactory grains, IClusterMembershipService membership, TimeProvider clock, ILoggerFactory logs) : Grain, ISubscriptionsGrain
{
    /// <summary>A silo that does not answer must not delay the others. What it misses heals when it answers again, or is gone.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Uses elapsed time: a wall clock that jumps would end all subscriptions at once, or one never. Its log category is the one that operators know.
    /// </summary>
    private readonly ObserverManager<string, IFeedObserver> _gateways =
        new(SubscriptionRules.Lifetime, logs.CreateLogger("Rollcall.Feed.InterestGrain"))
        {
            GetDateTime = () => new DateTime(clock.GetElapsedTime(0).Ticks, DateTimeKind.Utc),
        };

    public async ValueTask<SubscriptionReply> Join(string gateway, IFeedObserver observer)
    {
        _gateways.Subscribe(gateway, observer);
        _gateways.ClearExpired();

        // As this silo sees them: no table is read, so a watch can start while the membership table is unavailable.
        var watching = new Dictionary<string, IFeedObserver>(_gateways.Observers);
        var active = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToArray();
        var knows = await Task.WhenAll(active.Select(silo => Update(silo, watching)));
        return new SubscriptionReply([.. active.Where((_, number) => knows[number])], knows.All(updated => updated));
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
