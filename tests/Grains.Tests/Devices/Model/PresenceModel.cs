namespace Rollcall.Devices.Model;

/// <summary>
/// What the contract says of one device, in milliseconds and words. Written from its page and sharing no type with the
/// product, so that the same mistake would have to be made twice.
/// </summary>
internal sealed partial class PresenceModel
{
    private const int Silence = 90_000;
    private const int Grace = 15_000;

    /// <summary>One goodbye, or end of a session that is one, in so long.</summary>
    private const int Goodbyes = 60_000;

    /// <summary>What is on record of the device.</summary>
    private sealed record Facts(
        string Status, string? Reason, int Seq, int Since, int? Seen, string? Health, string? Metrics, string Mode, int Epoch, bool Live);

    private sealed record Pending(int At, string Reason, bool Goodbye, string? Health, string? Metrics);

    private Facts _table = new("offline", null, 0, 0, null, null, null, "active", 0, false);
    private Facts _shown = new("offline", null, 0, 0, null, null, null, "active", 0, false);
    private int _deaf;

    // What a running twin remembers.
    private bool _loaded;
    private int? _sign;
    private int _ownDeaf;
    private Pending? _pending;
    private int? _linkLost;
    private int? _link;
    private int _linkGateway;
    private int _heardThrough = -1;
    private bool _doubt;
    private Pending? _doubtPending;
    private bool _doubtWritten;
    private int? _former;
    private int? _retry;
    private int? _goodbye;

    public List<string> Log { get; } = [];

    public bool Loaded => _loaded;

    public bool StoredOnline => _table.Status == "online";

    public bool Trouble => Deaf || _broken is not null;

    public int Now { get; private set; }

    public string Shown() => Text(_shown) + (_link is not null ? " connected" : " unconnected");

    public string Table() => $"{Text(_table)} {_table.Epoch}";

    private bool Deaf => _down || !(_gateways[0] || _gateways[1]);

    private bool Readable => !_down && _broken is null;

    private static string Text(Facts facts) =>
        $"{facts.Status} {facts.Reason} {facts.Seq} since {facts.Since} seen {facts.Seen} {facts.Health} {facts.Metrics} {facts.Mode}";

    private int SilenceEnds => Math.Max(_sign ?? 0, Math.Max(_deaf, _ownDeaf)) + Silence;

    private int? GraceEnds => _linkLost is { } lost ? Math.Max(lost, Math.Max(_deaf, _ownDeaf)) + Grace : null;

    private int Deadline => Math.Min(SilenceEnds, GraceEnds ?? int.MaxValue);

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
        _sign = _linkLost = _link = _former = _goodbye = null;
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
        if (_doubtWritten && _table.Epoch != _shown.Epoch)
        {
            // A token that nobody was given supersedes none; an end of the session ends all of them, and what they said.
            _former = _table.Live ? _former ?? (_shown.Live ? _shown.Epoch : null) : null;
            _pending = _table.Live ? _pending : null;
            _linkLost = _table.Live ? _linkLost : null;
            _link = _table.Live ? _link : null;
        }

        if (_doubtWritten && _pending == _doubtPending)
        {
            _pending = null;
        }

        _shown = _table;
    }

    private bool Decide()
    {
        var beat = _pending;
        var known = beat is null ? _shown : _shown with
        {
            Seen = beat.At, Health = beat.Health ?? _shown.Health, Metrics = beat.Metrics ?? _shown.Metrics,
        };
        if (beat is { Goodbye: true })
        {
            return Write(Become(known, "offline", "goodbye"), withPending: true);
        }

        if (Now >= Deadline && (_shown.Status == "online" || beat is not null))
        {
            return Write(Become(known, "offline", GraceEnds < SilenceEnds ? "link_lost" : "heartbeat_timeout"), withPending: true);
        }

        return beat is null || Write(Become(known, "online", beat.Reason), withPending: true);
    }

    private Facts Become(Facts facts, string status, string reason) => facts.Status == status
        ? facts
        : facts with { Status = status, Reason = reason, Since = Now, Seq = facts.Seq + 1 };

    private bool Write(Facts next, bool withPending)
    {
        _alarm |= next.Status == "online" && _shown.Status == "offline";
        if (!_down && _broken is null)
        {
            _former = next.Epoch == _shown.Epoch ? _former : null;
            Commit(next);
            _shown = next;
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
