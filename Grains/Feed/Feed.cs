using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rollcall.Feed;

/// <summary>
/// One per silo: takes changes from twins and hands them to the gateways that watch. Twins publish in their turn and only
/// what is stored, so a device's changes come in order; nothing is awaited here.
/// </summary>
internal sealed class Feed(TimeProvider clock, ILoggerFactory logs) : IDisposable
{
    private readonly ConcurrentDictionary<string, Interest> _interests = new();
    private readonly ConcurrentDictionary<string, GatewayLine> _lines = new();

    /// <summary>Nobody watches: a beat costs this look.</summary>
    public bool IsWatched(string customerId) => _interests.ContainsKey(customerId);

    public void Publish(FeedItem item)
    {
        if (!_interests.TryGetValue(item.CustomerId, out var interest))
        {
            return;
        }

        if (clock.GetElapsedTime(interest.LearnedAt) > InterestRules.Lifetime)
        {
            _interests.TryRemove(item.CustomerId, out _);
            return;
        }

        foreach (var gateway in interest.Gateways)
        {
            if (_lines.TryGetValue(gateway, out var line))
            {
                line.Add(item);
            }
        }
    }

    /// <summary>What the customer's interest grain says, whole; renewed by it while it lasts.</summary>
    public void Learn(string customerId, IReadOnlyDictionary<string, IFeedObserver> gateways)
    {
        foreach (var (gateway, observer) in gateways)
        {
            _lines.GetOrAdd(gateway, _ => new GatewayLine(clock, logs.CreateLogger<GatewayLine>())).Reaches(observer);
        }

        if (gateways.Count == 0)
        {
            _interests.TryRemove(customerId, out _);
        }
        else
        {
            _interests[customerId] = new Interest([.. gateways.Keys], clock.GetTimestamp());
        }

        DropUnused();
    }

    public void Dispose()
    {
        foreach (var line in _lines.Values)
        {
            line.Dispose();
        }
    }

    private void DropUnused()
    {
        var used = _interests.Values.SelectMany(interest => interest.Gateways).ToHashSet();
        foreach (var gateway in _lines.Keys)
        {
            if (!used.Contains(gateway) && _lines.TryRemove(gateway, out var line))
            {
                line.Dispose();
            }
        }
    }

    private sealed record Interest(string[] Gateways, long LearnedAt);
}
