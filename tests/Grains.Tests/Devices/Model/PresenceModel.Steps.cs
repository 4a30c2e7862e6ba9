namespace Rollcall.Devices.Model;

/// <content>What each step means.</content>
internal sealed partial class PresenceModel
{
    private static readonly string[] Failures = ["surely not written", "written, unknown", "lost, unknown"];
    private readonly bool[] _gateways = [true, true];

    // What is wrong with the store; whether we have noticed; whether the device is owed a call, and when it gets it.
    private string? _broken;
    private bool _down;
    private bool _owed;
    private bool _calling;
    private bool _alarm;
    private int? _held;
    private int? _stale;
    private int _lastLink;

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
                return Ready() ?? (_shown.Mode == "active" || Write(_shown with { Mode = "active" }, false) ? "ok" : "UNAVAILABLE");
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
                _link = _linkGateway == step.A ? null : _link;
                _ownDeaf = _heardThrough == step.A ? Now : _ownDeaf;
                _heardThrough = _heardThrough == step.A ? -1 : _heardThrough;
                break;
            case "gateway back" when !_gateways[step.A]:
                _deaf = Deaf ? Now : _deaf;
                _gateways[step.A] = true;
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
            _alarm = _shown.Status == "online" || _doubt || _pending is not null;
        }
    }

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
        return !_doubt && Decide() ? "stored" : "kept";
    }

    private string Connect(int gateway)
    {
        var answer = Hear(gateway, _held, "connected", goodbye: false, null, null);
        if (answer is "stored" or "kept")
        {
            (_link, _linkGateway) = (++_lastLink, gateway);
        }

        return answer;
    }

    private void Disconnect(bool late)
    {
        if (!late && _link is not null)
        {
            _link = null;
            _linkLost = Now;
        }
    }

    private string? Admit(int token) =>
        _shown.Mode == "disabled" ? "DEVICE_DISABLED"
        : (token == _shown.Epoch && _shown.Live) || token == _former ? null
        : _doubt ? "UNAVAILABLE"
        : _shown.Live ? "SESSION_SUPERSEDED"
        : "INVALID_SESSION";

    private string? Ready()
    {
        if (Load())
        {
            Resolve();
        }

        return _loaded && !_doubt ? null : "UNAVAILABLE";
    }

    /// <summary>Never refused; but one too many says nothing of presence.</summary>
    private string EndSession() => _held is null ? "not sent" : Ready() ?? Admit(_held.Value)
        ?? End("goodbye", quietly: _shown.Status == "online" && _pending is not { Goodbye: true } && !MayGo());

    private bool MayGo()
    {
        var may = _goodbye is not { } last || Now >= last + Goodbyes;
        _goodbye = may ? Now : _goodbye;
        return may;
    }

    private string End(string reason, bool quietly = false)
    {
        var ended = (quietly ? _shown : Become(_shown, "offline", reason)) with
        {
            Live = false, Epoch = _shown.Epoch + (_shown.Live ? 1 : 0), Mode = reason == "disabled" ? reason : _shown.Mode,
        };
        if (!Write(ended, withPending: false))
        {
            return "UNAVAILABLE";
        }

        _pending = null;
        _linkLost = null;
        _link = null;
        return "ok";
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

        if (!Write(_shown with { Epoch = _shown.Epoch + 1, Live = true }, withPending: false))
        {
            return "UNAVAILABLE";
        }

        // The former session's socket closes; that is no loss.
        _link = null;
        (_stale, _held) = (_held, _shown.Epoch);
        return "ok";
    }
}
