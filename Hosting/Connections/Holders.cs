namespace Rollcall.Connections;

/// <summary>How far a connection is known.</summary>
internal enum Standing
{
    /// <summary>Its token is ours, and is being looked at: a stranger again when it is refused.</summary>
    Vouched,

    /// <summary>It has carried a request that was admitted, and asks from time to time.</summary>
    Asks,

    /// <summary>A socket or a stream is open over it.</summary>
    Live,
}

/// <summary>
/// Who holds the known connections, and who makes room when there are as many as may be: the customer that holds the most, so that none
/// below its share is refused for another one. Under the lock of the book.
/// </summary>
/// <param name="most">Known connections that may be open.</param>
internal sealed class Holders(int most)
{
    /// <summary>The holder of what trusted proxies ask for many; no customer has such a name. It makes room for itself alone.</summary>
    public const string Proxies = " proxies";

    /// <summary>How many are looked at for one that has not asked since it was looked at last.</summary>
    private const int Looked = 32;

    private readonly Dictionary<string, Holder> _holders = new(StringComparer.Ordinal);

    /// <summary>Holders by how many connections they have; the last of them has somebody in it, or there is nobody.</summary>
    private readonly List<LinkedList<Holder>> _ranks = [[]];
    private int _top;

    public int Count { get; private set; }

    public bool IsFull => Count >= most;

    public IEnumerable<Place> All => _holders.Values.SelectMany(holder => holder.Places).SelectMany(places => places);

    public void Add(Place place, string owner, Standing how)
    {
        if (!_holders.TryGetValue(owner, out var holder))
        {
            _holders[owner] = holder = new Holder(owner);
        }

        holder.Places[(int)how].AddLast(place.InHolder);
        place.Holder = holder;
        Rank(holder, 1);
    }

    public void Remove(Place place)
    {
        var holder = place.Holder!;
        place.InHolder.List!.Remove(place.InHolder);
        place.Holder = null;
        Rank(holder, -1);
        if (holder.Count == 0)
        {
            _holders.Remove(holder.Owner);
        }
    }

    /// <summary>Who goes when this owner has one more: of its own, when nobody has as many as it then has; else of whoever has the most.</summary>
    /// <returns>Null: it is the newcomer itself that has no room.</returns>
    public Place? WhoMakesRoomFor(string owner)
    {
        var own = _holders.GetValueOrDefault(owner);
        if (owner == Proxies || (own?.Count ?? 0) + 1 >= _top)
        {
            return own is null ? null : Quietest(own);
        }

        var largest = _ranks[_top].First!.Value;
        return Quietest(largest) ?? largest.Places[(int)Standing.Vouched].Last?.Value ?? largest.Places[(int)Standing.Live].Last!.Value;
    }

    /// <summary>
    /// The one without a socket that has not asked for the longest time, or nearly so: those that have since go to the end of the line.
    /// </summary>
    private static Place? Quietest(Holder holder)
    {
        var asking = holder.Places[(int)Standing.Asks];
        for (var looked = 0; looked < Looked && asking.First is { } first && first.Value.TakeUsed(); looked++)
        {
            asking.RemoveFirst();
            asking.AddLast(first);
        }

        return asking.First?.Value;
    }

    private void Rank(Holder holder, int more)
    {
        holder.InRank.List?.Remove(holder.InRank);
        holder.Count += more;
        Count += more;
        while (_ranks.Count <= holder.Count)
        {
            _ranks.Add([]);
        }

        if (holder.Count > 0)
        {
            _ranks[holder.Count].AddLast(holder.InRank);
        }

        for (_top = Math.Max(_top, holder.Count); _top > 0 && _ranks[_top].Count == 0; _top--)
        {
        }
    }
}

/// <summary>One customer, and its connections by <see cref="Standing"/>.</summary>
internal sealed class Holder
{
    public Holder(string owner) => (Owner, InRank) = (owner, new LinkedListNode<Holder>(this));

    public string Owner { get; }

    public LinkedList<Place>[] Places { get; } = [[], [], []];

    public int Count { get; set; }

    public LinkedListNode<Holder> InRank { get; }
}
