using Orleans.Runtime;

namespace Rollcall.Feed;

/// <summary>Remembers which gateways watch a customer and tells every silo. Memory only: gateways say it again every 10 s.</summary>
[GrainType("interest")]
internal sealed class InterestGrain(IGrainFactory grains, ISiloStatusOracle silos, TimeProvider clock) : Grain, IInterestGrain
{
    private readonly Dictionary<string, (IFeedObserver Observer, long Since)> _gateways = [];

    public async ValueTask Join(string gateway, IFeedObserver observer)
    {
        _gateways[gateway] = (observer, clock.GetTimestamp());
        await Tell();
    }

    private async Task Tell()
    {
        foreach (var (gateway, (_, since)) in _gateways)
        {
            if (clock.GetElapsedTime(since) > InterestRules.Lifetime)
            {
                _gateways.Remove(gateway);
            }
        }

        var customer = Keys.CustomerOfInterest(this.GetPrimaryKeyString());
        var watching = _gateways.ToDictionary(pair => pair.Key, pair => pair.Value.Observer);
        await Task.WhenAll(silos.GetActiveSilos().Select(silo => grains.GetGrain<ISiloFeed>(Keys.SiloFeed(silo)).Learn(customer, watching).AsTask()));
    }
}
