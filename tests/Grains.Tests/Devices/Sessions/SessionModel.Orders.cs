using System.Collections.Immutable;

namespace Rollcall.Devices.Sessions;

/// <content>
/// Commands, as far as sessions go: whose word of them is taken, and what goes along with the record of one. Which of them is handed
/// over a socket is another model's business; this one is told when one was set apart.
/// </content>
internal sealed partial class SessionModel
{
    /// <param name="Number">Unlike any other, also of another life of the device.</param>
    /// <param name="Apart">It goes with the answers to beats alone.</param>
    private sealed record Order(int Number, string Status, bool Apart = false)
    {
        public bool IsOpen => Status is "queued" or "sent" or "acknowledged";
    }

    private int _ordered;

    /// <summary>The commands that are in the answer to the last beat, by their place.</summary>
    public string Handed { get; private set; } = "";

    /// <summary>Those that may be.</summary>
    public string Waits { get; private set; } = "";

    /// <summary>Each stored command: its place in its device's life, and its number.</summary>
    public IEnumerable<(int Place, int Number)> Orders => _table?.Orders.Select(order => (order.Key, order.Value.Number)) ?? [];

    public string Send(int silo) => Call(silo, twin =>
    {
        if (Ready(silo, twin) is { } unready)
        {
            return unready;
        }

        if (Away || !ReadOrders(twin))
        {
            return Unread(twin);
        }

        var row = twin.Known!;
        return Said(Write(silo, twin, row with { Orders = row.Orders.Add(row.Orders.Count + 1, new Order(++_ordered, "queued")) }));
    });

    /// <summary>A gateway has written these to the device: nobody's word, so no session is asked for.</summary>
    public void Sent(int silo, int[] numbers) => Call(silo, twin =>
    {
        if (Load(twin) is not null)
        {
            return "";
        }

        Resolve(twin);
        if (twin.Known is null || !ReadOrders(twin))
        {
            return "";
        }

        var sent = twin.Orders!.Where(order => order.Value.Status == "queued" && numbers.Contains(order.Value.Number)).ToArray();
        return sent.Length == 0
            ? "" : Write(silo, twin, Used(twin) with { Orders = twin.Known.Orders.SetItems(sent.Select(order => At(order, "sent"))) });
    });

    /// <summary>Rule 3: admitted with either token, and no use of it. What was used before goes along.</summary>
    /// <param name="number">Of the command; null: one that there never was.</param>
    /// <param name="link">Over a socket: a sign of life, and again no use.</param>
    public string Report(int silo, Token token, int? number, string status, int? link) => Call(silo, twin =>
    {
        if (Load(twin) is { } unknown)
        {
            return unknown == "NOT_FOUND" ? "INVALID_SESSION" : unknown;
        }

        Resolve(twin);
        if (Admit(twin, token) is { } refusal)
        {
            return refusal;
        }

        if (link is { } socket)
        {
            twin.Unstored = new Sign("online connected");
            if (!twin.Links.TryAdd(token.Number, socket) && twin.Links[token.Number] != socket)
            {
                Ended.Add(socket);
            }
        }

        return ReadOrders(twin) ? Take(silo, twin, number, status, link is null ? null : twin.Unstored) : Unread(twin);
    });

    private string Take(int silo, Twin twin, int? number, string status, Sign? sign)
    {
        var (answer, row) = ("ok", twin.Known!);
        var open = twin.Orders!.FirstOrDefault(order => order.Value.Number == number);
        if (open.Value is not null)
        {
            row = open.Value.Status == status ? row : row with { Orders = row.Orders.SetItems([At(open, status)]) };
        }
        else if (Away)
        {
            return "UNAVAILABLE";
        }
        else
        {
            var ended = _table?.Orders.Values.FirstOrDefault(order => order.Number == number);
            if (ended is { IsOpen: true })
            {
                // Another silo's twin has taken it in.
                twin.Leaves = true;
                return "moved";
            }

            answer = ended is null ? "NOT_FOUND" : status == "acknowledged" || status == ended.Status ? "ok" : "CONFLICT";
        }

        if (sign is null && row == twin.Known)
        {
            return answer;
        }

        row = Used(twin) with { Orders = row.Orders };
        row = sign is null ? row : row with { Presence = Became(row.Presence, sign.Presence) };
        return Said(Write(silo, twin, row, sign)) is var said && said == "ok" ? answer : said;
    }

    private void SetApart(int silo, Twin twin, int? place)
    {
        if (place is { } at && twin.Known is { } row)
        {
            Write(silo, twin, Used(twin) with { Orders = row.Orders.SetItem(at, row.Orders[at] with { Apart = true }) });
        }
    }

    /// <summary>In doubt nobody knows them, and a store that is away tells nobody. Whoever finds more than its row knows of gives way.</summary>
    private bool ReadOrders(Twin twin)
    {
        if (twin.Orders is null && twin.Doubt is null && !Away)
        {
            var (known, read) = (Open(twin.Known!), Open(_table ?? twin.Known!));
            twin.Orders = known.IsEmpty || _table is null ? known.Clear() : read;
            if (twin.Orders.Keys.Any(place => place > twin.Known!.Orders.Count))
            {
                (twin.Orders, twin.Leaves) = (null, true);
            }
        }

        return twin.Doubt is null && twin.Orders is not null;
    }

    private static string Unread(Twin twin) => twin.Leaves ? "moved" : "UNAVAILABLE";

    private static ImmutableSortedDictionary<int, Order> Open(Row row) =>
        row.Orders.RemoveRange(row.Orders.Where(order => !order.Value.IsOpen).Select(order => order.Key));

    private void ReadOrders(Twin twin, Row? of)
    {
        if (of?.Orders.Values.Any(order => order.IsOpen) == true)
        {
            ReadOrders(twin);
        }
    }

    private void Hand(Twin twin)
    {
        ReadOrders(twin, twin.Known);
        KeyValuePair<int, Order>[] open = twin is { Doubt: null, Orders: { } orders } && twin.Known!.Orders.Values.Any(order => order.IsOpen)
            ? [.. orders.Where(order => order.Value.Status is "queued" or "sent")] : [];
        Handed = Join(open.Where(order => order.Value.Apart || twin.Links.Count == 0).Take(10));
        Waits = twin.Links.Count == 0 ? Handed : Join(open);

        static string Join(IEnumerable<KeyValuePair<int, Order>> orders) => string.Join(' ', orders.Select(order => order.Key));
    }

    private static KeyValuePair<int, Order> At(KeyValuePair<int, Order> order, string status) =>
        KeyValuePair.Create(order.Key, order.Value with { Status = status });

    private static string Text(ImmutableSortedDictionary<int, Order> orders) =>
        string.Concat(orders.Select(order => $" {order.Key}:{order.Value.Status}{(order.Value.Apart ? "!" : "")}"));
}
