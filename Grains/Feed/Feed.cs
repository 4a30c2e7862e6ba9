using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rollcall.Feed;

/// <summary>
/// One per silo: takes changes from twins and hands them to the gateways that watch. Twins publish in their turn and only
/// what is stored, so a device's changes come in order; nothing is awaited here.
/// </summary>
internal sealed class Feed(TimeProvider clock, ILoggerFactory logs) : IDisposable
{
    private readonly ConcurrentDictionary<string, Ear[]> _ears = new();
    private readonly ConcurrentDictionary<string, GatewayLine> _lines = new();
    private readonly Lock _gate = new();
    private long _sweptAt = clock.GetTimestamp();

    /// <summary>Gateways that are told something by this silo; for the tests of the bound.</summary>
    internal int Lines => _lines.Count;

    /// <summary>Nobody watches: a beat costs this look.</summary>
    public bool IsWatched(string customerId) => _ears.ContainsKey(customerId);

    public void Publish(FeedItem item) => Publish(item.CustomerId, item, static (line, item) => line.Add(item));

    public void Publish(CommandItem item) => Publish(item.CustomerId, item, static (line, item) => line.Add(item));

    /// <summary>Changes of a customer's commands cannot be told: who watches reads them again.</summary>
    public void Missed(string customerId) => Publish(customerId, true, static (line, _) => line.MissCommands());

    /// <summary>
    /// What the customer's interest grain knows. It adds to what is known here: a grain that has just moved does not know
    /// of every gateway yet. Each is forgotten after its time.
    /// </summary>
    public void Learn(string customerId, IReadOnlyDictionary<string, IFeedObserver> gateways)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var told = gateways.Select(pair => new Ear(pair.Key, Line(pair.Key, pair.Value), now));
            var others = _ears.GetValueOrDefault(customerId)?.Where(ear => !gateways.ContainsKey(ear.Gateway) && IsBelieved(ear)) ?? [];
            _ears[customerId] = [.. told, .. others];
            Sweep();
        }
    }

    /// <summary>A silo came or went.</summary>
    public void MembershipChanged()
    {
        foreach (var line in _lines.Values)
        {
            line.MembershipChanged();
        }
    }

    public void Dispose()
    {
        foreach (var line in _lines.Values)
        {
            line.Dispose();
        }
    }

    private void Publish<T>(string customerId, T item, Action<GatewayLine, T> add)
    {
        if (!_ears.TryGetValue(customerId, out var ears))
        {
            return;
        }

        var anybody = false;
        foreach (var ear in ears)
        {
            if (IsBelieved(ear))
            {
                anybody = true;
                add(ear.Line, item);
            }
        }

        if (!anybody)
        {
            _ears.TryRemove(new KeyValuePair<string, Ear[]>(customerId, ears));
        }
    }

    private GatewayLine Line(string gateway, IFeedObserver observer)
    {
        var line = _lines.GetOrAdd(gateway, _ => new GatewayLine(clock, logs.CreateLogger<GatewayLine>()));
        line.Reaches(observer);
        return line;
    }

    private bool IsBelieved(Ear ear) => clock.GetElapsedTime(ear.LearnedAt) <= InterestRules.Lifetime;

    /// <summary>Now and then: it looks at every customer.</summary>
    private void Sweep()
    {
        if (clock.GetElapsedTime(_sweptAt) < InterestRules.Lifetime)
        {
            return;
        }

        _sweptAt = clock.GetTimestamp();
        foreach (var known in _ears)
        {
            if (!known.Value.Any(IsBelieved))
            {
                _ears.TryRemove(known);
            }
        }

        var used = _ears.Values.SelectMany(ears => ears).Select(ear => ear.Gateway).ToHashSet();
        foreach (var gateway in _lines.Keys.Where(gateway => !used.Contains(gateway)))
        {
            if (_lines.TryRemove(gateway, out var line))
            {
                line.Dispose();
            }
        }
    }

    private sealed record Ear(string Gateway, GatewayLine Line, long LearnedAt);
}
