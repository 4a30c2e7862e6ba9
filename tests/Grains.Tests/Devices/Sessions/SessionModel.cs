using System.Collections.Immutable;

namespace Rollcall.Devices.Sessions;

/// <summary>
/// What the contract says of a device's sessions, in numbers and words. Written from its page and sharing no type with the product, so
/// that the same mistake would have to be made twice. There may be two twins, one a silo: the table fences one of them.
/// </summary>
internal sealed partial class SessionModel
{
    /// <param name="Number">Unlike any other, also of another life of the device.</param>
    internal sealed record Token(int Number, int Epoch);

    private sealed record Row(int Revision, int Epoch, int? Session, int? Next, bool Active, string Presence)
    {
        /// <summary>By number.</summary>
        public ImmutableSortedDictionary<int, Order> Orders { get; init; } = ImmutableSortedDictionary<int, Order>.Empty;

        public bool Any => Session is not null || Next is not null;

        public bool Has(int token) => token == Session || token == Next;
    }

    private sealed record Sign(string Presence);

    private sealed class Twin
    {
        public Row? Known { get; set; }

        public Sign? Unstored { get; set; }

        public int? Used { get; set; }

        public (int Revision, Sign? Of)? Doubt { get; set; }

        /// <summary>Sockets it knows: at most one a session.</summary>
        public Dictionary<int, int> Links { get; init; } = [];

        public (int Attempt, Token Token)? Opened { get; set; }

        public bool Leaves { get; set; }

        /// <summary>The open commands, once it has read them, which may be later than the row.</summary>
        public ImmutableSortedDictionary<int, Order>? Orders { get; set; }
    }

    private readonly Twin[] _twins = [new(), new()];
    private readonly HashSet<int> _owed = [];
    private Row? _table = new(0, 0, null, null, true, "offline");
    private int _issued;
    private int _lives = 1;

    /// <summary>What the next record meets: 0 surely not written, 1 written and unknown, 2 lost and unknown, 3 refused for its content.</summary>
    public int? Trouble { get; set; }

    public bool Away { get; private set; }

    /// <summary>What devices were given, oldest first.</summary>
    public List<Token> Given { get; } = [];

    /// <summary>Sockets that a twin has ended since this was last looked at.</summary>
    public List<int> Ended { get; } = [];

    public string Table() => _table is not { } row
        ? "none" : $"{row.Epoch} {Text(row.Session)} {Text(row.Next)} {(row.Active ? "active" : "disabled")} {row.Presence}{Text(row.Orders)}";

    public bool Exists => _table is not null;

    public bool IsFree(int silo) => _twins[silo] is { Known: null, Unstored: null, Used: null, Links.Count: 0 };

    private string Text(int? token) => token is not { } number ? "none" : Given.Exists(given => given.Number == number) ? $"{number}" : "unknown";

    /// <summary>As a gateway calls: again, while a twin has to give way.</summary>
    private string Call(int silo, Func<Twin, string> call)
    {
        for (var tries = 0; ; tries++)
        {
            var twin = _twins[silo];
            var answer = call(twin);
            _twins[silo] = twin.Leaves ? new Twin() : twin;
            if (answer != "moved" || tries == 3)
            {
                return answer;
            }
        }
    }

    private string? Load(Twin twin)
    {
        if (twin.Known is null)
        {
            if (Away)
            {
                return "UNAVAILABLE";
            }

            if (_table is not null)
            {
                (twin.Known, twin.Orders) = (_table, null);
                CutLinks(twin, _table);
            }
        }

        return twin.Known is null ? "NOT_FOUND" : null;
    }

    private void Resolve(Twin twin)
    {
        if (twin.Doubt is not { } doubt || Away)
        {
            return;
        }

        (twin.Doubt, twin.Orders) = (null, null);
        if (_table is null)
        {
            Forget(twin);
        }
        else if (_table.Revision == doubt.Revision)
        {
            twin.Unstored = ReferenceEquals(twin.Unstored, doubt.Of) ? null : twin.Unstored;
            Become(twin, _table);
        }
        else if (_table.Revision != twin.Known!.Revision)
        {
            CutLinks(twin, _table);
            (twin.Unstored, twin.Used, twin.Known, twin.Leaves) = (null, null, _table, true);
        }
    }

    private void Become(Twin twin, Row now)
    {
        var was = twin.Known!;
        CutLinks(twin, now);
        if ((was.Epoch, was.Session, was.Next) != (now.Epoch, now.Session, now.Next) && (twin.Used is null || twin.Used != now.Next))
        {
            // What was said in a session that was ended is void.
            twin.Unstored = now.Session is null && (was.Session is not null || now.Next is null) ? null : twin.Unstored;
            twin.Used = null;
        }

        twin.Known = now;
    }

    private void CutLinks(Twin twin, Row? now)
    {
        foreach (var (token, link) in twin.Links.ToArray())
        {
            if (now?.Has(token) != true)
            {
                twin.Links.Remove(token);
                Ended.Add(link);
            }
        }
    }

    private void Forget(Twin twin)
    {
        CutLinks(twin, null);
        (twin.Known, twin.Unstored, twin.Used, twin.Leaves, twin.Orders) = (null, null, null, true, null);
    }

    /// <summary>Rule 2.</summary>
    private string? Admit(Twin twin, Token token)
    {
        if (twin.Known is not { } row)
        {
            return "INVALID_SESSION";
        }

        if (!row.Active)
        {
            return "DISABLED";
        }

        if (row.Has(token.Number))
        {
            return null;
        }

        if (twin.Doubt is not null)
        {
            return "UNAVAILABLE";
        }

        if (token.Epoch > row.Epoch)
        {
            if (Away)
            {
                return "UNAVAILABLE";
            }

            twin.Leaves = _table?.Revision != row.Revision;
            return twin.Leaves ? "moved" : "INVALID_SESSION";
        }

        return token.Epoch < row.Epoch && row.Any ? "SESSION_SUPERSEDED" : "INVALID_SESSION";
    }

    private static Row Used(Twin twin) => twin.Used is { } used && used == twin.Known!.Next
        ? twin.Known with { Session = used, Next = null }
        : twin.Known!;

    private static string Became(string was, string now) => was.Split(' ')[0] == now.Split(' ')[0] ? was : now;

    private string Write(int silo, Twin twin, Row? next, Sign? sign = null)
    {
        if (Away)
        {
            _owed.Add(silo);
            return "unavailable";
        }

        next = next is null ? null : next with { Revision = twin.Known!.Revision + 1 };
        if (Trouble is { } trouble)
        {
            Trouble = null;
            if (trouble == 3)
            {
                twin.Unstored = sign is not null && ReferenceEquals(twin.Unstored, sign) ? null : twin.Unstored;
                return "refused";
            }

            Away = true;
            _owed.Add(silo);
            _table = trouble == 1 && _table?.Revision == twin.Known!.Revision ? next : _table;
            twin.Doubt = trouble == 0 ? null : (next?.Revision ?? -1, sign);
            twin.Orders = trouble == 0 ? twin.Orders : null;
            return "unavailable";
        }

        if (_table?.Revision != twin.Known!.Revision)
        {
            twin.Leaves = true;
            return "fenced";
        }

        _table = next;
        twin.Orders = next is null || next.Orders == twin.Known.Orders ? twin.Orders : Open(next);
        if (next is null)
        {
            Forget(twin);
            return "stored";
        }

        Become(twin, next);
        twin.Unstored = sign is not null && ReferenceEquals(twin.Unstored, sign) ? null : twin.Unstored;
        return "stored";
    }

    private static string Said(string outcome) =>
        outcome switch { "stored" => "ok", "fenced" => "moved", "refused" => "REJECTED", _ => "UNAVAILABLE" };
}
