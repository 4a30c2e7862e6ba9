namespace Rollcall.Connections;

/// <summary>Connections that nobody known speaks over, in the order in which they came. Under the lock of the book.</summary>
internal sealed class Strangers
{
    /// <summary>How many of the oldest are looked at for one that is not being answered just now, before the very oldest goes.</summary>
    private const int Looked = 32;

    private readonly LinkedList<Place> _line = [];
    private readonly Dictionary<ulong, LinkedList<Place>> _networks = [];

    public int Count => _line.Count;

    public IEnumerable<Place> All => _line;

    /// <summary>Who goes first.</summary>
    public Place? Oldest => First(_line);

    /// <summary>Who goes first of one network; null: it has less than its share.</summary>
    public Place? OldestOf(ulong network, int share) =>
        _networks.TryGetValue(network, out var own) && own.Count >= share ? First(own) : null;

    public void Add(Place place)
    {
        _line.AddLast(place.InLine);
        if (!_networks.TryGetValue(place.Network, out var own))
        {
            _networks[place.Network] = own = [];
        }

        own.AddLast(place.InNetwork);
    }

    /// <summary>One that is not among them is left alone.</summary>
    public void Remove(Place place)
    {
        if (place.InLine.List is null)
        {
            return;
        }

        _line.Remove(place.InLine);
        var own = place.InNetwork.List!;
        own.Remove(place.InNetwork);
        if (own.Count == 0)
        {
            _networks.Remove(place.Network);
        }
    }

    /// <summary>
    /// Whoever is being answered has cost us something already: another one goes, if there is one. One whose customer holds the most is not
    /// spared.
    /// </summary>
    private static Place? First(LinkedList<Place> strangers)
    {
        var looked = 0;
        for (var node = strangers.First; node is not null && looked < Looked; node = node.Next, looked++)
        {
            if (!node.Value.IsAnswering || node.Value.IsSurplus)
            {
                return node.Value;
            }
        }

        return strangers.First?.Value;
    }
}
