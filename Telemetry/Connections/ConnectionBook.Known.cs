namespace Rollcall.Connections;

/// <content>How a connection becomes known, and who makes room for it.</content>
public sealed partial class ConnectionBook
{
    /// <summary>Of somebody for whom no customer answers.</summary>
    internal void Know(Place place)
    {
        lock (_gate)
        {
            Forget(place);
            place.BecomeKnown();
        }
    }

    internal void Vouch(Place place, string customer)
    {
        lock (_gate)
        {
            if (!IsGoing(place) && place.Holder is null && !_holders.IsFull)
            {
                _strangers.Remove(place);
                _holders.Add(place, OwnerOf(place, customer), Standing.Vouched);
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
                BecomeStranger(place);
            }
        }
    }

    internal void Know(Place place, string customer) => Settle(place, OwnerOf(place, customer), Standing.Asks);

    internal bool Hold(Place place, string customer, bool drains) => Settle(place, customer, Standing.Live, drains);

    internal bool HasRoom(Place place, string customer)
    {
        lock (_gate)
        {
            return !IsGoing(place) && (place.Holder is not null || !_holders.IsFull || _holders.WhoMakesRoomFor(customer) is not null);
        }
    }

    internal void LetGo(Place place)
    {
        lock (_gate)
        {
            place.Drains = false;
            if (place.Holder is { } holder)
            {
                _holders.Remove(place);
                _holders.Add(place, OwnerOf(place, holder.Owner), Standing.Asks);
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

            if (place.Holder is not null)
            {
                _holders.Remove(place);
            }
            else if (_holders.IsFull)
            {
                if (_holders.WhoMakesRoomFor(owner) is not { } yields)
                {
                    _yielded += place.IsSurplus || owner == Holders.Proxies ? 0 : 1;
                    place.IsSurplus = owner != Holders.Proxies;
                    return false;
                }

                (asked, cut) = MakeRoom(yields);
            }

            _strangers.Remove(place);
            _holders.Add(place, owner, how);
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
            BecomeStranger(yields);
            return (null, null);
        }

        _yielded++;
        if (yields.IsLive)
        {
            LosePlace(yields);
            return (null, yields);
        }

        // They take room until they have gone: when many take their time, the first is not waited for any longer.
        var late = _asked.Count >= _mostAsked ? _asked.First!.Value : null;
        if (late is not null)
        {
            LosePlace(late);
        }

        _holders.Remove(yields);
        yields.BecomeAsked();
        _asked.AddLast(yields.InHolder);
        return (yields, late);
    }

    private void BecomeStranger(Place place)
    {
        _holders.Remove(place);
        place.BecomeVouched(false);
        _strangers.Add(place);
    }
}
