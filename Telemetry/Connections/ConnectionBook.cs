using System.Net;

namespace Rollcall.Connections;

/// <summary>
/// The connections of one port, and who must go when they are many. A connection is a <b>stranger</b> until it has carried a
/// request of somebody we know. Below three quarters of what may be open nobody is in anybody's way. From there on each that comes
/// closes the stranger that has been here longest, and at the end none is let in. Strangers of one address are an eighth at most:
/// one more closes the oldest of its own. Whoever is known stays.
/// </summary>
/// <param name="door">Which port or ports, for logs and metrics.</param>
/// <param name="most">Connections that may be open.</param>
/// <param name="share">Strangers that one address (IPv6: one /64) may have among them.</param>
/// <param name="patience">How long a stranger may be without a request that is complete.</param>
/// <param name="isTrusted">Addresses that speak for many: <paramref name="share"/> and <paramref name="patience"/> do not hold for them.</param>
public sealed class ConnectionBook(string door, int most, int share, TimeSpan patience, Func<IPAddress, bool> isTrusted, TimeProvider clock)
{
    /// <summary>How many of the oldest are looked at for one that is not being answered just now, before the very oldest goes.</summary>
    private const int Looked = 32;

    /// <summary>Closed connections that the server may have left to clear away, some kilobytes each.</summary>
    private const int Ending = 1_024;

    /// <summary>With more than these it is slower than they come.</summary>
    private const int FewEnding = 32;

    private readonly Lock _gate = new();
    private readonly LinkedList<Place> _strangers = [];
    private readonly Dictionary<ulong, LinkedList<Place>> _networks = [];
    private readonly int _crowd = Math.Max(1, most / 4 * 3);
    private int _open;
    private int _leaving;
    private int _ending;
    private long _refused;
    private long _displaced;
    private long _silent;

    public string Door => door;

    public int Most => most;

    /// <summary>Connections whose sockets are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Each that comes may cost a stranger its place, or more are closed than the server clears away at once.</summary>
    public bool IsCrowded => Open >= _crowd || Volatile.Read(ref _ending) > FewEnding;

    /// <summary>Connections that were not let in, since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Strangers that were closed for others, since the start.</summary>
    public long Displaced => Interlocked.Read(ref _displaced);

    /// <summary>Strangers that were closed because no complete request came, since the start.</summary>
    public long Silent => Interlocked.Read(ref _silent);

    internal long Now => clock.GetTimestamp();

    /// <summary>A connection has come.</summary>
    /// <returns>Its place; null: it is closed at once.</returns>
    public Place? Enter(IPAddress? address)
    {
        var network = NetworkOf.Address(address);
        var trusted = address is not null && isTrusted(address);
        Place? place = null;
        Place? leaves;
        lock (_gate)
        {
            // So many are closed so fast that the server cannot clear them away: memory is a limit, too.
            var isBehind = _ending >= Ending;
            leaves = isBehind ? null : WhoLeavesFor(network, trusted);
            if (leaves is not null)
            {
                _displaced++;
                LosePlace(leaves);
            }

            if (_open < most && !isBehind)
            {
                _open++;
                place = new Place(this, network, trusted, Now);
                Add(place);
            }
            else
            {
                _refused++;
            }
        }

        leaves?.Close();
        return place;
    }

    /// <summary>Closes strangers that have let the patience pass. To be called each second.</summary>
    public void CloseSilent()
    {
        List<Place>? silent = null;
        lock (_gate)
        {
            var now = Now;
            foreach (var stranger in _strangers)
            {
                if (!stranger.IsAnswering && !stranger.IsTrusted && clock.GetElapsedTime(stranger.Since, now) >= patience)
                {
                    (silent ??= []).Add(stranger);
                }
            }

            foreach (var stranger in silent ?? [])
            {
                _silent++;
                LosePlace(stranger);
            }
        }

        foreach (var stranger in silent ?? [])
        {
            stranger.Close();
        }
    }

    /// <summary>Closes all strangers, also those that are being answered: whoever half asks, or half reads, holds no stop up.</summary>
    public void CloseStrangers()
    {
        Place[] strangers;
        lock (_gate)
        {
            strangers = [.. _strangers];
            Array.ForEach(strangers, LosePlace);
        }

        Array.ForEach(strangers, stranger => stranger.Close());
    }

    internal void Know(Place place)
    {
        lock (_gate)
        {
            Remove(place);
            place.BecomeKnown();
        }
    }

    /// <summary>Its socket is closed; what the server had made for it is not gone yet.</summary>
    internal void Release(Place place)
    {
        lock (_gate)
        {
            if (!place.IsReleased)
            {
                place.IsReleased = true;
                _open--;
                _leaving -= place.IsClosing ? 1 : 0;
            }
        }
    }

    internal void Leave(Place place)
    {
        lock (_gate)
        {
            if (!place.HasLeft)
            {
                place.HasLeft = true;
                Remove(place);
                Release(place);
                _ending -= place.IsClosing ? 1 : 0;
            }
        }
    }

    private void LosePlace(Place place)
    {
        _leaving++;
        _ending++;
        place.LosePlace();
        Remove(place);
    }

    private Place? WhoLeavesFor(ulong network, bool trusted)
    {
        if (_open >= most && _leaving > 0)
        {
            // Room is being made.
            return null;
        }

        if (!trusted && _networks.TryGetValue(network, out var own) && own.Count >= share)
        {
            return Oldest(own);
        }

        return _open - _leaving >= _crowd ? Oldest(_strangers) : null;
    }

    /// <summary>Whoever is being answered has cost us something already: another one goes, if there is one.</summary>
    private static Place? Oldest(LinkedList<Place> strangers)
    {
        var looked = 0;
        for (var node = strangers.First; node is not null && looked < Looked; node = node.Next, looked++)
        {
            if (!node.Value.IsAnswering)
            {
                return node.Value;
            }
        }

        return strangers.First?.Value;
    }

    private void Add(Place place)
    {
        _strangers.AddLast(place.InLine);
        if (!_networks.TryGetValue(place.Network, out var own))
        {
            _networks[place.Network] = own = [];
        }

        own.AddLast(place.InNetwork);
    }

    private void Remove(Place place)
    {
        if (place.InLine.List is null)
        {
            return;
        }

        _strangers.Remove(place.InLine);
        var own = place.InNetwork.List!;
        own.Remove(place.InNetwork);
        if (own.Count == 0)
        {
            _networks.Remove(place.Network);
        }
    }
}
