using System.Net;

namespace Rollcall.Connections;

/// <summary>
/// The connections of one port, and who must go when they are many. A connection is a <b>stranger</b> until it has carried a
/// request of somebody we know that was admitted. Below three quarters of what may be open nobody is in anybody's way. From there on
/// each that comes closes the stranger that has been here longest, as long as there are more than a few. Strangers of one address are an
/// eighth at most: one more closes the oldest of its own. Known ones may be all but a sixteenth, which is for newcomers; then the
/// customer that holds the most makes room (<see cref="Holders"/>).
/// </summary>
/// <param name="door">Which port or ports, for logs and metrics.</param>
/// <param name="most">Connections that may be open.</param>
/// <param name="share">Strangers that one address (IPv6: one /64) may have among them.</param>
/// <param name="timeout">How long a stranger may be without a request that is complete, and a known one may take to go when it is asked to.</param>
/// <param name="isTrusted">
/// Addresses that speak for many: <paramref name="share"/> and <paramref name="timeout"/> do not hold for them, and what they ask is no
/// customer's.
/// </param>
public sealed partial class ConnectionBook(string door, int most, int share, TimeSpan timeout, Func<IPAddress, bool> isTrusted, TimeProvider clock)
{
    /// <summary>Closed connections that the server may have left to clear away, some kilobytes each.</summary>
    private const int Ending = 1_024;

    /// <summary>With more than these it is slower than they come.</summary>
    private const int FewEnding = 32;

    private readonly Lock _gate = new();
    private readonly Places _places = new(most);
    private readonly int _crowd = Math.Max(1, most / 4 * 3);
    private int _open;
    private int _leaving;
    private int _ending;
    private long _refused;
    private long _displaced;
    private long _silent;
    private long _yielded;

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

    /// <summary>Connections of the customer with the most that were closed for others, or that stay among strangers, since the start.</summary>
    public long Yielded => Interlocked.Read(ref _yielded);

    internal long Now => clock.GetTimestamp();

    /// <summary>A connection has come.</summary>
    /// <returns>Its place; null: it is closed at once.</returns>
    public Place? Enter(IPAddress? address)
    {
        var network = NetworkOf.Address(address);
        var trusted = address is not null && isTrusted(address);
        Place? leaves;
        bool isBehind;
        lock (_gate)
        {
            // So many are closed so fast that the server cannot clear them away: memory is a limit, too.
            isBehind = _ending >= Ending;
            leaves = isBehind ? null : WhoLeavesFor(network, trusted);
            if (leaves is not null)
            {
                _displaced++;
                LosePlace(leaves);
            }
        }

        leaves?.Close();
        lock (_gate)
        {
            if (isBehind || _open >= most)
            {
                _refused++;
                return null;
            }

            _open++;
            var place = new Place(this, network, trusted, Now);
            _places.Strangers.Add(place);
            return place;
        }
    }

    /// <summary>
    /// Closes strangers that have let the timeout pass, and known ones that were asked to go that long ago. To be called each second.
    /// </summary>
    public void CloseSilent() => CloseAll(() =>
    {
        var now = Now;
        var silent = _places.Strangers.All
            .Where(stranger => !stranger.IsAnswering && !stranger.IsTrusted && clock.GetElapsedTime(stranger.Since, now) >= timeout).ToArray();
        _silent += silent.Length;
        return [.. silent, .. _places.Asked.TakeWhile(asked => clock.GetElapsedTime(asked.Since, now) >= timeout)];
    });

    /// <summary>Closes all strangers, also those that are being answered: whoever half asks, or half reads, holds no stop up.</summary>
    public void CloseStrangers() => CloseAll(() => [.. _places.Strangers.All]);

    /// <summary>The same of all customers, except sockets that drain.</summary>
    public void CloseCallers() => CloseAll(() => [.. _places.Holders.All.Where(place => !place.Drains), .. _places.Asked]);

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
                _places.Forget(place);
                Release(place);
                _ending -= place.IsClosing ? 1 : 0;
            }
        }
    }

    private Place? WhoLeavesFor(ulong network, bool trusted)
    {
        if (_open >= most && _leaving > 0)
        {
            // Room is being made.
            return null;
        }

        if (!trusted && _places.Strangers.OldestOf(network, share) is { } own)
        {
            return own;
        }

        var isTheirs = _places.StrangersHaveRoom && _open < most;
        return _open - _leaving >= _crowd && !isTheirs ? _places.Strangers.Oldest : null;
    }

    private void CloseAll(Func<Place[]> which)
    {
        Place[] places;
        lock (_gate)
        {
            places = which();
            Array.ForEach(places, LosePlace);
        }

        Array.ForEach(places, place => place.Close());
    }

    private void LosePlace(Place place)
    {
        _leaving++;
        _ending++;
        place.LosePlace();
        _places.Forget(place);
    }
}
