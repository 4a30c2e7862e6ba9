namespace Rollcall.Devices.Presence.Model;

/// <summary>
/// What the contract says of one device, in milliseconds and words. Written from its page and sharing no type with the
/// product, so that the same mistake would have to be made twice.
/// </summary>
internal sealed partial class PresenceModel
{
    private const int Silence = 90_000;
    private const int Grace = 15_000;

    /// <summary>A device that is enabled again has so long to come back.</summary>
    private const int Return = Silence + 300_000;

    /// <summary>One goodbye, or end of a session that is one, in so long.</summary>
    private const int Goodbyes = 60_000;

    /// <summary>What is on record of the device.</summary>
    private sealed record Facts(
        string Status, string? Reason, int Seq, int Since, int? Seen, string? Health, string? Metrics, string Mode, int Epoch,
        int? Session, int? Next, int? By = null);

    private sealed record Pending(int At, string Reason, bool Goodbye, string? Health, string? Metrics);

    /// <summary>A socket: the how manieth, whose token opened it, and the gateway that holds it.</summary>
    private sealed record Socket(int Number, int Token, int Gateway, int Run);

    private Facts _table = new("offline", null, 0, 0, null, null, null, "active", 0, null, null);
    private Facts _shown = new("offline", null, 0, 0, null, null, null, "active", 0, null, null);
    private int _deaf;

    // What a running twin remembers.
    private bool _loaded;
    private int? _sign;
    private int _ownDeaf;
    private Pending? _pending;
    private int? _linkLost;
    private Socket? _link;
    private Socket? _beside;
    private int _heardThrough = -1;
    private bool _doubt;
    private Pending? _doubtPending;
    private bool _doubtWritten;
    private int? _used;
    private int? _retry;
    private int? _goodbye;

    public List<string> Log { get; } = [];

    public bool Loaded => _loaded;

    public bool StoredOnline => _table.Status == "online";

    public bool Trouble => Deaf || _broken is not null;

    public int Now { get; private set; }

    public string Shown() => Text(_shown) + (IsThere(_link) ? " connected" : " unconnected");

    public string Table() => $"{Text(_table)} {_table.Epoch}";

    private bool Deaf => _down || !(_gateways[0] || _gateways[1]);

    private bool Readable => !_down && _broken is null;

    private static string Text(Facts facts) =>
        $"{facts.Status} {facts.Reason} {facts.Seq} since {facts.Since} seen {facts.Seen} {facts.Health} {facts.Metrics} {facts.Mode}";

    private int SilenceEnds => Math.Max(_sign ?? 0, Math.Max(_deaf, _ownDeaf)) + Silence;

    private int? GraceEnds => _linkLost is { } lost ? Math.Max(lost, Math.Max(_deaf, _ownDeaf)) + Grace : null;

    private int Deadline => Math.Min(SilenceEnds, GraceEnds ?? int.MaxValue);

    private bool IsAwaited => _shown is { Mode: "active", Status: "offline", Reason: "disabled", By: not null };

    private int ReturnEnds => Math.Max(_shown.By ?? 0, Math.Max(_deaf, _ownDeaf) + Silence);

    private void Wait(int ms)
    {
        var until = Now + ms;
        while (_retry <= until)
        {
            Now = Math.Max(Now, _retry.Value);
            LoadOrRetry();
        }

        while (!Deaf && _loaded && !_doubt && _shown.Status == "online" && Deadline <= until)
        {
            Now = Math.Max(Now, Deadline);
            Decide();
        }

        if (!Deaf && _loaded && !_doubt && _pending is null && IsAwaited && ReturnEnds <= until)
        {
            Now = Math.Max(Now, ReturnEnds);
            Write(_shown with { Reason = "heartbeat_timeout", Since = Now, By = null }, withPending: false);
        }

        Now = until;
        _deaf = Deaf ? Now : _deaf;
    }

    /// <summary>A twin that starts to run has heard nothing before: a full window.</summary>
    private bool Load()
    {
        if (!_loaded && Readable)
        {
            Forget();
            _loaded = true;
            _ownDeaf = Now;
            _shown = _table;
        }

        return _loaded;
    }

    /// <summary>Who was woken and could not read tries again every second: nobody else may ever call.</summary>
    private bool LoadOrRetry()
    {
        _retry = null;
        _retry = Load() ? null : Now + 1_000;
        return _loaded;
    }

    private void Forget()
    {
        _retry = null;
        _loaded = _doubt = false;
        _sign = _linkLost = _used = _goodbye = null;
        _link = _beside = null;
        _pending = _doubtPending = null;
        _heardThrough = -1;
    }

    private void Resolve()
    {
        if (!_doubt || !Readable)
        {
            return;
        }

        _doubt = false;
        if (_doubtWritten && _pending == _doubtPending)
        {
            _pending = null;
        }

        Show(_table);
    }

    /// <summary>What is on record now: sockets of sessions that are over close, and what was said in one that was ended is void.</summary>
    private void Show(Facts now)
    {
        var was = _shown;
        _shown = now;
        if ((was.Epoch, was.Session, was.Next) == (now.Epoch, now.Session, now.Next))
        {
            return;
        }

        _beside = _beside is { } other && Good(now, other.Token) ? other : null;
        if (_link is { } open && !Good(now, open.Token))
        {
            FallBack(lost: null);
        }

        if (_used is null || _used != now.Next)
        {
            var ended = now.Session is null && (was.Session is not null || now.Next is null);
            (_used, _pending, _linkLost) = (null, ended ? null : _pending, ended ? null : _linkLost);
        }
    }

    private void FallBack(int? lost) => (_link, _beside, _linkLost) = IsThere(_beside) ? (_beside, (Socket?)null, (int?)null) : (null, null, lost);

    private bool IsThere(Socket? socket) => socket is not null && _gateways[socket.Gateway] && _runs[socket.Gateway] == socket.Run;

    private static bool Good(Facts facts, int token) => token == facts.Session || token == facts.Next;

    private Facts InForce(Facts facts) => _used is { } used && used == _shown.Next ? facts with { Session = used, Next = null } : facts;

    private bool Decide()
    {
        var beat = _pending;
        var known = beat is null ? _shown : _shown with
        {
            Seen = beat.At, Health = beat.Health ?? _shown.Health, Metrics = beat.Metrics ?? _shown.Metrics,
        };
        if (beat is { Goodbye: true })
        {
            return Write(InForce(Become(known, "offline", "goodbye")), withPending: true);
        }

        if (Now >= Deadline && (_shown.Status == "online" || beat is not null))
        {
            return Write(InForce(Become(known, "offline", GraceEnds < SilenceEnds ? "link_lost" : "heartbeat_timeout")), withPending: true);
        }

        return beat is null
            ? InForce(_shown) == _shown || Write(InForce(_shown), withPending: true)
            : Write(InForce(Become(known, "online", beat.Reason)), withPending: true);
    }

    private Facts Become(Facts facts, string status, string reason) => facts.Status == status
        ? facts
        : facts with { Status = status, Reason = reason, Since = Now, Seq = facts.Seq + 1, By = null };

    private bool Write(Facts next, bool withPending)
    {
        _alarm |= (next.Status == "online" && _shown.Status == "offline") || (next.By is not null && next.By != _shown.By);
        if (!_down && _broken is null)
        {
            Commit(next);
            Show(next);
            _pending = withPending ? null : _pending;
            return true;
        }

        _owed = true;
        if (!_down)
        {
            _down = true;
            _deaf = Now;
            _doubt = _broken != "surely not written";
            _doubtWritten = _broken == "written, unknown";
            _doubtPending = withPending ? _pending : null;
            if (_doubtWritten)
            {
                Commit(next);
            }
        }

        return false;
    }

    private void Commit(Facts next)
    {
        if (next.Seq != _table.Seq)
        {
            Log.Add($"{next.Seq} {_table.Status}>{next.Status} {next.Reason} @{next.Since}");
        }

        _table = next;
    }
}
