namespace Rollcall.Feed;

/// <summary>Which gateways watch a customer's devices. Only that: the traffic itself goes from silo to gateway. Key: <see cref="Keys.Interest"/>.</summary>
[Alias("rollcall.interest")]
public interface IInterestGrain : IGrainWithStringKey
{
    /// <summary>Counts the gateway in; returns when every silo knows. Forgotten after <see cref="InterestRules.Lifetime"/>.</summary>
    [Alias("join")]
    ValueTask Join(string gateway, IFeedObserver observer);
}

/// <summary>Times of an interest.</summary>
public static class InterestRules
{
    /// <summary>How often a gateway says again that it watches.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    /// <summary>How long it is believed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
}
