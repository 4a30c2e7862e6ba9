namespace Rollcall.Devices.Sessions;

/// <content>What each call is answered, and what it changes.</content>
internal sealed partial class SessionModel
{
    public (string Answer, Token? Token) SignIn(int silo, int attempt)
    {
        Token? token = null;
        var answer = Call(silo, twin =>
        {
            if (Ready(silo, twin) is { } unready)
            {
                return unready == "NOT_FOUND" ? "INVALID_CREDENTIALS" : unready;
            }

            var row = twin.Known!;
            if (!row.Active)
            {
                return "DISABLED";
            }

            if (twin.Opened is { } opened && opened.Attempt == attempt && row.Has(opened.Token.Number))
            {
                token = opened.Token;
                return "ok";
            }

            token = new Token(++_issued, row.Epoch + 1);
            twin.Opened = (attempt, token);
            return Said(Write(silo, twin, row with { Epoch = token.Epoch, Next = token.Number }));
        });
        if (answer == "ok" && !Given.Contains(token!))
        {
            Given.Add(token!);
        }

        return (answer, answer == "ok" ? token : null);
    }

    /// <param name="presence">What it makes of the device.</param>
    /// <param name="link">Over a socket, which the twin may not know.</param>
    public string Beat(int silo, Token token, string presence, int? link) => Call(silo, twin =>
    {
        (Handed, Waits) = ("", "");
        var answer = Hear(silo, twin, token, presence);
        if (link is not null && (answer is "stored" or "kept"))
        {
            // The record may have put the other session into force, which was used before.
            if (!twin.Known!.Has(token.Number) || (!twin.Links.TryAdd(token.Number, link!.Value) && twin.Links[token.Number] != link))
            {
                Ended.Add(link!.Value);
            }
        }

        if (answer is "stored" or "kept" && presence != "offline goodbye")
        {
            Hand(twin);
        }

        return answer;
    });

    /// <param name="apart">A command that is set apart because the socket before died of it.</param>
    public string Connect(int silo, Token token, int link, int? apart) => Call(silo, twin =>
    {
        var answer = Hear(silo, twin, token, "online connected");
        if (answer is "stored" or "kept")
        {
            if (!twin.Known!.Has(token.Number))
            {
                return "SESSION_SUPERSEDED";
            }

            SetApart(silo, twin, apart);
            if (twin.Links.TryGetValue(token.Number, out var older))
            {
                Ended.Add(older);
            }

            twin.Links[token.Number] = link;
        }

        return answer;
    });

    public string End(int silo, Token token) => Call(silo, twin =>
    {
        if (Ready(silo, twin) is { } unready)
        {
            return unready == "NOT_FOUND" ? "INVALID_SESSION" : unready;
        }

        if (Admit(twin, token) is { } refusal)
        {
            return refusal;
        }

        var row = twin.Known!;
        row = token.Number == row.Next ? row with { Epoch = row.Epoch + 1, Session = null, Next = null } : row with { Session = null };
        return Said(Write(silo, twin, row with { Presence = Became(row.Presence, "offline goodbye") }));
    });

    public string Revoke(int silo) => Call(silo, twin => Ready(silo, twin) ?? Said(Write(silo, twin, Void(twin.Known!, "offline revoked"))));

    public string SetActive(int silo, bool active) => Call(silo, twin => Ready(silo, twin)
        ?? (twin.Known!.Active == active ? "ok"
            : Said(Write(silo, twin, (active ? Awaited(twin.Known) : Void(twin.Known, "offline disabled")) with { Active = active }))));

    public string Delete(int silo) => Call(silo, twin => Ready(silo, twin) ?? Said(Write(silo, twin, null)));

    /// <summary>The same id again: another device.</summary>
    public void MakeAnew() => _table = new Row(1_000_000 * ++_lives, 0, null, null, true, "offline");

    /// <param name="apart">A command that is set apart because this socket died of it.</param>
    public void Disconnect(int silo, int link, int? apart) => Call(silo, twin =>
    {
        SetApart(silo, twin, apart);
        foreach (var (token, known) in twin.Links.ToArray())
        {
            if (known == link && twin.Known is not null)
            {
                twin.Links.Remove(token);
            }
        }

        return "";
    });

    public void Tick(int silo) => Call(silo, twin =>
    {
        if (Load(twin) is { } unknown)
        {
            twin.Leaves = unknown == "NOT_FOUND";
            return "";
        }

        Resolve(twin);
        if (twin is { Known: not null, Doubt: null })
        {
            Decide(silo, twin);
            ReadOrders(twin, twin.Known);
        }

        return "";
    });

    public void Crash(int silo) => _twins[silo] = new Twin();

    /// <summary>A planned move: what was heard goes along, and is stored there.</summary>
    public void Move(int from)
    {
        var (twin, to) = (_twins[from], 1 - from);
        (_twins[from], _twins[to]) = (new Twin(), new Twin { Unstored = twin.Unstored, Used = twin.Used, Links = twin.Links });
        Tick(to);
    }

    public void StoreIsBack()
    {
        (Trouble, Away) = (null, false);
        foreach (var silo in _owed.Order().ToArray())
        {
            Tick(silo);
        }

        _owed.Clear();
    }

    /// <summary>A silo of the former version opened a session: in force at once, and it knows no next one.</summary>
    public Token FormerOpens()
    {
        var token = new Token(++_issued, _table!.Epoch + 1);
        Given.Add(token);
        _table = _table with { Revision = _table.Revision + 1, Epoch = token.Epoch, Session = token.Number, Next = null };
        return token;
    }

    public void FormerHears() => _table = _table! with { Revision = _table.Revision + 1, Presence = Became(_table.Presence, "online heartbeat") };

    /// <summary>Whoever was there before is waited for, and says why it is not there.</summary>
    private static Row Awaited(Row row) =>
        row.Presence.StartsWith("offline ", StringComparison.Ordinal) ? row with { Presence = "offline disabled" } : row;

    private static Row Void(Row row, string presence) =>
        row with { Epoch = row.Epoch + 1, Session = null, Next = null, Presence = Became(row.Presence, presence) };

    /// <summary>A use that was heard is stored before anything is changed.</summary>
    private string? Ready(int silo, Twin twin)
    {
        if (Load(twin) is { } unknown)
        {
            return unknown;
        }

        Resolve(twin);
        if (twin.Doubt is not null || twin.Known is null)
        {
            return twin.Doubt is not null ? "UNAVAILABLE" : "NOT_FOUND";
        }

        var used = Used(twin);
        var said = used == twin.Known ? "ok" : Said(Write(silo, twin, used));
        return said == "ok" ? null : said;
    }

    private string Hear(int silo, Twin twin, Token token, string presence)
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

        twin.Unstored = new Sign(presence);
        twin.Used = token.Number == twin.Known!.Next ? token.Number : twin.Used;
        return (twin.Doubt is null ? Decide(silo, twin) : "unavailable") switch { "stored" => "stored", "fenced" => "moved", "refused" => "REJECTED",
            _ => "kept" };
    }

    private string Decide(int silo, Twin twin)
    {
        var row = Used(twin);
        row = twin.Unstored is { } sign ? row with { Presence = Became(row.Presence, sign.Presence) } : row;
        return twin.Unstored is null && row == twin.Known ? "stored" : Write(silo, twin, row, twin.Unstored);
    }
}
