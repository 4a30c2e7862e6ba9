using Rollcall.Secrets;

namespace Rollcall.Devices.Presence.Model;

/// <content>What each step does to the real twin.</content>
internal sealed partial class Simulation
{
    private readonly List<(DeviceConnectionInfo Link, int Gateway, string Incarnation)> _links = [];
    private Session? _held;
    private Session? _stale;
    private bool _calling;

    public string Do(Step step)
    {
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
                Pass(TimeSpan.FromMilliseconds(step.A));
                return "";
            case "stall":
                _clock.Advance(TimeSpan.FromMilliseconds(step.A));
                FireDue();
                return "";
            case "healthy" or "degraded":
                var health = step.What == "healthy" ? DeviceHealth.Healthy : DeviceHealth.Degraded;
                return Beat(step.A, _held, goodbye: false, health, step.B == 0 ? null : $"{{\"cpu\":{step.B}}}");
            case "goodbye":
                return Beat(step.A, _held, goodbye: true, null, null);
            case "stale beat":
                return Beat(step.A, _stale, goodbye: false, DeviceHealth.Healthy, null);
            case "connect":
                return Connect(step.A);
            case "end session":
                return _held is null ? "not sent" : Said(Now(Twin.EndSession(_held)));
            case "authenticate":
                return Authenticate();
            case "revoke":
                return Said(Now(Twin.Sessions.Revoke("customer")));
            case "disable":
                return Said(Now(Twin.Profile.Patch("customer", new DevicePatch(Mode: DeviceMode.Disabled), null)).Refusal);
            case "enable":
                return Said(Now(Twin.Profile.Patch("customer", new DevicePatch(Mode: DeviceMode.Active), null)).Refusal);
            case "look":
                return Said(Now(Twin.Read("customer")).Refusal);
            default:
                Happen(step);
                return "";
        }
    }

    private void Happen(Step step)
    {
        switch (step.What)
        {
            case "disconnect" when _links is [.., var newest] && newest.Incarnation == _gateways[newest.Gateway]:
                Now(Twin.Disconnect(newest.Link.ConnectionId));
                break;
            case "late disconnect" when _links is [.., var older, _]:
                Now(Twin.Disconnect(older.Link.ConnectionId));
                break;
            case "crash":
                (_twin, _due) = (null, null);
                break;
            case "alarm" when Alarm:
                Now(Twin.Turn.ReminderTick());
                break;
            case "store fails":
                Store.Failure ??= step.A;
                break;
            case "store back":
                _calling = Store.Recover();
                break;
            case "gateway lost" when _gateways[step.A] is { } lost:
                _outages.GatewayLost(lost);
                _gateways[step.A] = null;
                break;
            case "gateway back" when _gateways[step.A] is null:
                _gateways[step.A] = $"{step.A}-{++_incarnations}";
                _outages.GatewayJoined(_gateways[step.A]!);
                break;
        }
    }

    private void Call()
    {
        _calling = false;
        Now(Twin.Turn.Tick());
    }

    private string Beat(int gateway, Session? session, bool goodbye, DeviceHealth? health, string? metrics) =>
        session is null || _gateways[gateway] is not { } through
            ? "not sent"
            : Said(Now(Twin.Heartbeat(new Heartbeat(session, goodbye, health, metrics, through))));

    private string Connect(int gateway)
    {
        if (_held is null || _gateways[gateway] is not { } through)
        {
            return "not sent";
        }

        var link = new DeviceConnectionInfo($"link-{_links.Count}", _held, through);
        var reply = Now(Twin.Connect(link));
        var answer = Said(new HeartbeatReply(reply.Refusal, reply.Stored));
        if (answer is "stored" or "kept")
        {
            _links.Add((link, gateway, through));
        }

        return answer;
    }

    private string Authenticate()
    {
        var (refusal, check, _) = Now(Twin.Profile.CheckSecret(Secret, SignInSource.Unknown));
        if (refusal != Refusal.None)
        {
            return Said(refusal);
        }

        var reply = Now(Twin.Sessions.Open(check!.Credential!));
        if (reply.Refusal == Refusal.None)
        {
            (_stale, _held) = (_held, reply.Session);
        }

        return Said(reply.Refusal);
    }

    private static string Said(HeartbeatReply reply) =>
        reply.Refusal == Refusal.None ? reply.Stored ? "stored" : "kept" : Said(reply.Refusal);

    private static string Said(Refusal refusal) => refusal switch
    {
        Refusal.None => "ok",
        Refusal.Disabled => "DEVICE_DISABLED",
        Refusal.InvalidSession => "INVALID_SESSION",
        Refusal.SessionSuperseded => "SESSION_SUPERSEDED",
        Refusal.Unavailable => "UNAVAILABLE",
        _ => refusal.ToString(),
    };
}
