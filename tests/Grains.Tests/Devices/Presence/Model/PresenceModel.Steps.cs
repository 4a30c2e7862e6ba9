namespace Rollcall.Devices.Presence.Model;

/// <content>What each step means.</content>
internal sealed partial class PresenceModel
{
    private static readonly string[] Failures = ["surely not written", "written, unknown", "lost, unknown"];
    private readonly bool[] _gateways = [true, true];
    private readonly int[] _runs = [0, 0];

    // What is wrong with the store; whether we have noticed; whether the device is owed a call, and when it gets it.
    private string? _broken;
    private bool _down;
    private bool _owed;
    private bool _calling;
    private bool _alarm;
    private int? _held;
    private int? _stale;
    private readonly List<Socket> _sockets = [];

    /// <summary>Takes a step and says what is answered.</summary>
    public string Do(Step step)
    {
        // The call after a recovery may come a little later than the first word of the device.
        var calling = _calling;
        if (calling && step.What is "wait" or "stall" or "store fails" or "store back")
        {
            Call();
            calling = false;
        }

        var answer = Take(step);
        if (calling)
        {
            Call();
        }

        return answer;
    }

    private string Take(Step step)
    {
        switch (step.What)
        {
            case "wait":
                Wait(step.A);
                return "";
            case "stall":
                Now += step.A;
                _deaf = Now;
                _ = _retry <= Now && LoadOrRetry();
                return "";
            case "healthy" or "degraded":
                return Hear(step.A, _held, "heartbeat", goodbye: false, step.What, step.B == 0 ? null : $"{{\"cpu\":{step.B}}}");
            case "goodbye":
                return Hear(step.A, _held, "heartbeat", goodbye: true, null, null);
            case "stale beat":
                return Hear(step.A, _stale, "heartbeat", goodbye: false, "healthy", null);
            case "connect":
                return Connect(step.A);
            case "disconnect" or "late disconnect":
                Disconnect(late: step.What != "disconnect");
                return "";
            case "end session":
                return EndSession();
            case "authenticate":
                return Authenticate();
            case "revoke":
                return Ready() ?? End("revoked");
            case "disable":
                return Ready() ?? (_shown.Mode == "disabled" ? "ok" : End("disabled"));
            case "enable":
                return Ready() ?? (_shown.Mode == "active" || Write(Enabled(), false) ? "ok" : "UNAVAILABLE");
            case "crash":
                Forget();
                return "";
            case "look":
                return Load() ? "ok" : "UNAVAILABLE";
            default:
                Happen(step);
                return "";
        }
    }

    private void Happen(Step step)
    {
        switch (step.What)
        {
            case "alarm":
                Alarm();
                break;
            case "store fails":
                _broken ??= Failures[step.A];
                break;
            case "store back":
                _broken = null;
                _deaf = _down ? Now : _deaf;
                _calling = _down && _owed;
                _owed = _owed && !_down;
                _down = false;
                break;
            case "gateway lost" when _gateways[step.A]:
                _gateways[step.A] = false;
                _ownDeaf = _heardThrough == step.A ? Now : _ownDeaf;
                _heardThrough = _heardThrough == step.A ? -1 : _heardThrough;
                break;
            case "gateway back" when !_gateways[step.A]:
                _deaf = Deaf ? Now : _deaf;
                _gateways[step.A] = true;
                _runs[step.A]++;
                break;
        }
    }

    private void Call()
    {
        _calling = false;
        if (LoadOrRetry())
        {
            Resolve();
            _ = _doubt || Decide();
        }
    }

    private void Alarm()
    {
        if (_alarm && LoadOrRetry())
        {
            Resolve();
            _ = _doubt || Decide();
            _alarm = _shown.Status == "online" || _doubt || _pending is not null || IsAwaited;
        }
    }

    /// <summary>Nobody waits for a device that was never there.</summary>
    private Facts Enabled() => _shown.Seq == 0
        ? _shown with { Mode = "active" } : _shown with { Mode = "active", Reason = "disabled", By = Now + Return };

    private string Hear(int gateway, int? token, string reason, bool goodbye, string? health, string? metrics)
    {
        if (token is null || !_gateways[gateway])
        {
            return "not sent";
        }

        if (!Load())
        {
            return "UNAVAILABLE";
        }

        Resolve();
        if (Admit(token.Value) is { } refusal)
        {
            return refusal;
        }

        if (goodbye && !MayGo())
        {
            return "RateLimited";
        }

        _sign = Now;
        _linkLost = null;
        _heardThrough = gateway;
        _pending = new Pending(Now, reason, goodbye, health, metrics);
        _used = token == _shown.Next ? token : _used;
        return !_doubt && Decide() ? "stored" : "kept";
    }

    private string Connect(int gateway)
    {
        var answer = Hear(gateway, _held, "connected", goodbye: false, null, null);
        if (answer is "stored" or "kept")
        {
            // The newest socket of a session wins; one of the other session stays until a record says which is in force.
            _sockets.Add(new Socket(_sockets.Count, _held!.Value, gateway, _runs[gateway]));
            _beside = _link is { } open && open.Token != _held ? IsThere(open) ? open : null : _beside;
            _link = _sockets[^1];
        }

        return answer;
    }

    private void Disconnect(bool late)
    {
        var closed = late ? _sockets.ElementAtOrDefault(_sockets.Count - 2) : _sockets is [.., var newest] && IsThere(newest) ? newest : null;
        if (!_loaded || closed is null)
        {
            return;
        }

        if (_beside == closed)
        {
            _beside = null;
        }
        else if (_link == closed)
        {
            FallBack(lost: Now);
        }
    }

    private string? Admit(int token) =>
        _shown.Mode == "disabled" ? "DEVICE_DISABLED"
        : Good(_shown, token) ? null
        : _doubt ? "UNAVAILABLE"
        : token < _shown.Epoch && (_shown.Session ?? _shown.Next) is not null ? "SESSION_SUPERSEDED"
        : "INVALID_SESSION";

    private string? Ready()
    {
        if (Load())
        {
            Resolve();
        }

        return _loaded && !_doubt && (InForce(_shown) == _shown || Write(InForce(_shown), withPending: false)) ? null : "UNAVAILABLE";
    }

    /// <summary>Never refused; but one too many says nothing of presence.</summary>
    private string EndSession() => _held is null ? "not sent" : Ready() ?? Admit(_held.Value)
        ?? End("goodbye", alone: _held == _shown.Session, quietly: _shown.Status == "online" && _pending is not { Goodbye: true } && !MayGo());

    private bool MayGo()
    {
        var may = _goodbye is not { } last || Now >= last + Goodbyes;
        _goodbye = may ? Now : _goodbye;
        return may;
    }

    private string End(string reason, bool alone = false, bool quietly = false)
    {
        var ended =
            (quietly ? _shown : Become(_shown, "offline", reason)) with { Session = null, Mode = reason == "disabled" ? reason : _shown.Mode };
        return Write(alone ? ended : ended with { Next = null, Epoch = _shown.Epoch + 1 }, withPending: false) ? "ok" : "UNAVAILABLE";
    }

    private string Authenticate()
    {
        if (Ready() is { } unready)
        {
            return unready;
        }

        if (_shown.Mode == "disabled")
        {
            return "DEVICE_DISABLED";
        }

        // Nothing ends before it is used.
        if (!Write(_shown with { Epoch = _shown.Epoch + 1, Next = _shown.Epoch + 1 }, withPending: false))
        {
            return "UNAVAILABLE";
        }

        (_stale, _held) = (_held, _shown.Epoch);
        return "ok";
    }
}
