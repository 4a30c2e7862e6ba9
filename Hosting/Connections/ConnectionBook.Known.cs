namespace Rollcall.Connections;

/// <content>How a connection becomes known, and who makes room for it.</content>
public sealed partial class ConnectionBook
{
    /// <summary>Of somebody for whom no customer answers.</summary>
    internal void Know(Place place)
    {
        lock (_gate)
        {
            _places.Forget(place);
            place.BecomeKnown();
        }
    }

    internal void Vouch(Place place, string customer)
    {
        lock (_gate)
        {
            if (!IsGoing(place) && place.Holder is null && !_places.Holders.IsFull)
            {
                _places.Hold(place, OwnerOf(place, customer), Standing.Vouched);
                place.BecomeVouched(true);
            }
        }
    }

    /// <summary>Its request was not admitted, as far as is known.</summary>
    internal void Doubt(Place place)
    {
        lock (_gate)
        {
            if (place is { Holder: not null, IsKnown: false })
            {
                _places.BecomeStranger(place);
            }
        }
    }

    internal void Know(Place place, string customer) => Settle(place, OwnerOf(place, customer), Standing.Asks);

    internal bool Hold(Place place, string customer, bool drains) => Settle(place, customer, Standing.Live, drains);

    internal bool HasRoom(Place place, string customer)
    {
        lock (_gate)
        {
            return !IsGoing(place) && (place.Holder is not null || !_places.Holders.IsFull || _places.Holders.WhoMakesRoomFor(customer) is not null);
        }
    }

    internal void LetGo(Place place)
    {
        lock (_gate)
        {
            place.Drains = false;
            if (place.Holder is { } holder)
            {
                _places.Hold(place, OwnerOf(place, holder.Owner), Standing.Asks);
            }
        }
    }

    private static string OwnerOf(Place place, string customer) => place.IsTrusted ? Holders.Proxies : customer;

    private static bool IsGoing(Place place) => place.IsClosing || place.IsAsked || place.HasLeft;

    /// <summary>
    /// Becomes known, or more than that. Whoever makes room for it is asked to go when its request is answered, and cut off when a socket
    /// is open over it.
    /// </summary>
    private bool Settle(Place place, string owner, Standing how, bool drains = false)
    {
        Place? asked = null, cut = null;
        lock (_gate)
        {
            if (IsGoing(place))
            {
                return false;
            }

            if (place.Holder is null && _places.Holders.IsFull)
            {
                if (_places.Holders.WhoMakesRoomFor(owner) is not { } yields)
                {
                    _yielded += place.IsSurplus || owner == Holders.Proxies ? 0 : 1;
                    place.IsSurplus = owner != Holders.Proxies;
                    return false;
                }

                (asked, cut) = MakeRoom(yields);
            }

            _places.Hold(place, owner, how);
            place.Drains = drains;
            place.BecomeKnown();
        }

        cut?.Close();
        asked?.Ask();
        return true;
    }

    private (Place? Asked, Place? Cut) MakeRoom(Place yields)
    {
        if (!yields.IsKnown)
        {
            _places.BecomeStranger(yields);
            return (null, null);
        }

        _yielded++;
        if (yields.IsLive)
        {
            LosePlace(yields);
            return (null, yields);
        }

        var late = _places.Overdue;
        if (late is not null)
        {
            LosePlace(late);
        }

        _places.Ask(yields);
        return (yields, late);
    }
}
