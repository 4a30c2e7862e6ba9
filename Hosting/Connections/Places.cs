namespace Rollcall.Connections;

/// <summary>
/// Where each connection stands: among strangers, with the customer whose it is, or among those that are asked to go. It is in one of
/// these at most. Under the lock of the book.
/// </summary>
/// <param name="most">Connections that may be open.</param>
internal sealed class Places(int most)
{
    private readonly LinkedList<Place> _asked = [];

    /// <summary>Of the reserve, those that are still to go; the rest is the strangers' room, however many are known.</summary>
    private readonly int _mostAsked = Math.Max(1, ReserveOf(most) / 4);

    public Strangers Strangers { get; } = new();

    public Holders Holders { get; } = new(Math.Max(1, most - ReserveOf(most)));

    /// <summary>Those that are asked to go and have not gone yet, the first asked first.</summary>
    public IEnumerable<Place> Asked => _asked;

    /// <summary>
    /// The first of those that were asked to go, when there are as many as may be. They take room until they have gone: when many take
    /// their time, the first is not waited for any longer.
    /// </summary>
    public Place? Overdue => _asked.Count >= _mostAsked ? _asked.First!.Value : null;

    /// <summary>Strangers are fewer than what is kept for them.</summary>
    public bool StrangersHaveRoom => Strangers.Count < ReserveOf(most) - _mostAsked;

    /// <summary>It is this owner's from now on, whoever's it was.</summary>
    public void Hold(Place place, string owner, Standing how)
    {
        if (place.Holder is not null)
        {
            Holders.Remove(place);
        }

        Strangers.Remove(place);
        Holders.Add(place, owner, how);
    }

    /// <summary>Its owner answers for it no more.</summary>
    public void BecomeStranger(Place place)
    {
        Holders.Remove(place);
        place.BecomeVouched(false);
        Strangers.Add(place);
    }

    /// <summary>It is to go when its request is answered.</summary>
    public void Ask(Place place)
    {
        Holders.Remove(place);
        place.BecomeAsked();
        _asked.AddLast(place.InHolder);
    }

    /// <summary>It stands nowhere any more.</summary>
    public void Forget(Place place)
    {
        if (place.Holder is not null)
        {
            Holders.Remove(place);
        }
        else if (place.InHolder.List is { } asked)
        {
            asked.Remove(place.InHolder);
        }

        Strangers.Remove(place);
    }

    private static int ReserveOf(int most) => Math.Max(2, most / 16);
}
