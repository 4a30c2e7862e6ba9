using System.Collections.Concurrent;
using CsCheck;
using Rollcall.Devices.Presence.Model;

namespace Rollcall.Devices.Sessions;

/// <summary>One thing that happens to a device or to us. <paramref name="Silo"/>: at whose twin; <paramref name="A"/>: a choice.</summary>
internal sealed record Step(string What, int Silo, int A)
{
    public override string ToString() => $"{What}({Silo},{A})";
}

/// <summary>Random histories: mostly sign-ins and uses, at one silo's twin mostly, with every kind of trouble in between.</summary>
internal static class Histories
{
    private static readonly Gen<int> Silo = Gen.Frequency((8, Gen.Const(0)), (3, Gen.Const(1)));

    private static readonly Gen<string> What = Gen.Frequency(
        (16, Gen.Const("sign in")),
        (6, Gen.Const("sign in, the same request again")),
        (18, Gen.Const("beat")),
        (8, Gen.Const("beat over a socket")),
        (3, Gen.Const("say offline")),
        (10, Gen.Const("connect")),
        (3, Gen.Const("disconnect")),
        (2, Gen.Const("report")),
        (8, Gen.Const("send")),
        (4, Gen.Const("written")),
        (8, Gen.Const("acknowledge")),
        (6, Gen.Const("complete")),
        (2, Gen.Const("fail")),
        (4, Gen.Const("acknowledge over a socket")),
        (3, Gen.Const("complete over a socket")),
        (5, Gen.Const("end session")),
        (3, Gen.Const("revoke")),
        (2, Gen.Const("disable")),
        (5, Gen.Const("enable")),
        (1, Gen.Const("delete")),
        (6, Gen.Const("make anew")),
        (4, Gen.Const("crash")),
        (5, Gen.Const("move")),
        (4, Gen.Const("tick")),
        (2, Gen.Const("former version signs in")),
        (2, Gen.Const("former version hears")),
        (6, Gen.Const("wait")),
        (9, Gen.Const("store fails")),
        (14, Gen.Const("store back")));

    /// <summary>A history begins with a device that is there.</summary>
    public static readonly Gen<Step[]> All = Gen.Select(What, Silo, Gen.Int[0, 59], (what, silo, a) => new Step(what, silo, a)).Array[5, 50]
        .Select(steps => (Step[])[new("sign in", 0, 0), new("connect", 0, 0), .. steps]);

    public static string Print(Step[] history) => string.Join(" ", history.Select(step => step.ToString()));
}

/// <summary>The real twins and the model live through the same history and must never differ in what anybody can see.</summary>
internal sealed partial class SessionHistory(Mistake? mistake) : IDisposable
{
    private readonly TwoSilos _world = new(mistake);
    private readonly SessionModel _model = new();
    private readonly Dictionary<int, Session> _sessions = [];
    private readonly Dictionary<string, string> _names = [];

    /// <summary>Sockets that devices hold, each with its token.</summary>
    private readonly SortedDictionary<int, SessionModel.Token> _open = [];
    private int _links;
    private int _attempts;

    public static void Holds(Step[] history, Mistake? mistake = null, ConcurrentDictionary<string, int>? tally = null)
    {
        using var both = new SessionHistory(mistake);
        for (var i = 0; i < history.Length; i++)
        {
            var before = both._model.Table();
            var (expected, answer) = both.Do(history[i]);
            Same("answer", expected, answer);
            Same("table", both._model.Table(), both._world.Table(both.NameOf));
            Same("ended", string.Join(' ', both._model.Ended.Order()), string.Join(' ', both._world.Ended.Order()));
            Assert.True(
                both.IsHanded(),
                $"after step {i} ({history[i]}), commands for the device:\n  model: {both._model.Handed} of {both._model.Waits}\n  "
                    + $"twins: {both._world.Handed}");
            both.LookAtCommands();
            both.Close();
            tally?.AddOrUpdate($"{history[i].What}: {(answer.Length > 0 ? answer : "done")}{(before == both._model.Table() ? "" : ", changed")}", 1,
                (_, count) => count + 1);

            void Same(string what, string expected, string actual) =>
                Assert.True(expected == actual, $"after step {i} ({history[i]}), {what}:\n  model: {expected}\n  twins: {actual}");
        }
    }

    public void Dispose() => _world.Dispose();

    private (string Expected, string Answer) Do(Step step)
    {
        var silo = step.Silo;
        switch (step.What)
        {
            case "sign in" or "sign in, the same request again":
                return SignIn(silo, step.What == "sign in" ? ++_attempts : _attempts);
            case "beat" or "say offline" when Any(step.A) is { } token:
                var goodbye = step.What != "beat";
                return (_model.Beat(silo, token, goodbye ? "offline goodbye" : "online heartbeat", null),
                    Said(_world.Beat(silo, _sessions[token.Number], goodbye, null)));
            case "beat over a socket" when _open.Count > 0:
                return BeatOver(silo, _open.ElementAt(step.A % _open.Count));
            case "connect" when Any(step.A) is { } token:
                return Connect(silo, token);
            case "disconnect" when _open.Count > 0:
                var closed = _open.ElementAt(step.A % _open.Count).Key;
                _open.Remove(closed);
                Disconnect(closed);
                return ("", "");
            case "report" or "acknowledge" or "complete" or "fail" when Any(step.A) is { } token:
                return Report(silo, token, null, step);
            case "acknowledge over a socket" or "complete over a socket" when _open.Count > 0:
                return ReportOver(silo, _open.ElementAt(step.A % _open.Count), step);
            case "send":
                return (_model.Send(silo), Said(_world.Send(silo)));
            case "end session" when Any(step.A) is { } token:
                return (_model.End(silo, token), Said(_world.Call(silo, twin => TwoSilos.Now(twin.EndSession(_sessions[token.Number])))));
            case "revoke":
                return (_model.Revoke(silo), Said(_world.Call(silo, twin => TwoSilos.Now(twin.Sessions.Revoke("customer")))));
            case "disable" or "enable":
                var mode = new DevicePatch(Mode: step.What == "enable" ? DeviceMode.Active : DeviceMode.Disabled);
                return (_model.SetActive(silo, step.What == "enable"),
                    Said(_world.Call(silo, twin => TwoSilos.Now(twin.Profile.Patch("customer", mode, null)).Refusal)));
            case "delete":
                return (_model.Delete(silo), Said(_world.Call(silo, twin => TwoSilos.Now(twin.Delete("customer")))));
            default:
                Happen(step);
                return ("", "");
        }
    }

    private void Happen(Step step)
    {
        switch (step.What)
        {
            case "make anew" when !_model.Exists && !_model.Away:
                _model.MakeAnew();
                _world.MakeAnew();
                break;
            case "crash":
                _model.Crash(step.Silo);
                _world.Crash(step.Silo);
                break;
            case "move" when _model.IsFree(1 - step.Silo) && !_model.IsFree(step.Silo):
                _model.Move(step.Silo);
                _world.Move(step.Silo);
                break;
            case "written" when AnyCommand(step.A) is { } written:
                _model.Sent(step.Silo, [written.Number]);
                _world.Sent(step.Silo, _open.Count > 0 && step.A % 2 == 0 ? _open.Last().Key : null, [written.Id]);
                break;
            case "tick":
                _model.Tick(step.Silo);
                _world.Tick(step.Silo);
                break;
            case "former version signs in" when _model is { Exists: true, Away: false }:
                var token = _model.FormerOpens();
                Know(token, _world.FormerOpens($"former-{token.Number}"));
                break;
            case "former version hears" when _model is { Exists: true, Away: false }:
                _model.FormerHears();
                _world.FormerHears();
                break;
            case "wait":
                _world.Pass(1 + (step.A * 50));
                break;
            case "store fails" when !_model.Away:
                _model.Trouble = _world.Trouble = step.A % 4;
                break;
            case "store back":
                _model.StoreIsBack();
                _world.StoreIsBack();
                break;
        }
    }

    private (string Expected, string Answer) SignIn(int silo, int attempt)
    {
        var (expected, token) = _model.SignIn(silo, attempt);
        var (refusal, session) = _world.SignIn(silo, $"attempt-{attempt}");
        if (token is not null && session is not null)
        {
            Assert.True(!_sessions.TryGetValue(token.Number, out var known) || known == session, "The same request has another session.");
            Assert.Equal(token.Epoch, session.Epoch);
            Know(token, session);
        }

        return (expected, Said(refusal));
    }

    private (string Expected, string Answer) BeatOver(int silo, KeyValuePair<int, SessionModel.Token> open)
    {
        var (number, token) = open;
        var session = _sessions[token.Number];
        var expected = _model.Beat(silo, token, "online heartbeat", number);
        var answer = Said(_world.Beat(silo, session, false, TwoSilos.LinkOf(number, session)));
        if (answer is not ("stored" or "kept" or "UNAVAILABLE" or "REJECTED"))
        {
            // As the gateway does.
            _open.Remove(number);
            Disconnect(number);
        }

        return (expected, answer);
    }

    private (string Expected, string Answer) Connect(int silo, SessionModel.Token token)
    {
        var (number, session) = (++_links, _sessions[token.Number]);
        var former = _open.Where(open => open.Value != token).Select(open => (int?)open.Key).FirstOrDefault();
        _world.Apart = null;
        var answer = Said(_world.Connect(silo, TwoSilos.LinkOf(number, session), former));
        var expected = _model.Connect(silo, token, number, _world.Apart);
        if (answer is "stored" or "kept")
        {
            _open[number] = token;
        }

        return (expected, answer);
    }

    /// <summary>What a twin has ended its gateway closes, and says so late: which changes nothing.</summary>
    private void Close()
    {
        foreach (var ended in _model.Ended.ToArray())
        {
            _open.Remove(ended);
            Disconnect(ended);
        }

        _model.Ended.Clear();
        _world.Ended.Clear();
    }

    private void Disconnect(int link)
    {
        for (var silo = 0; silo < 2; silo++)
        {
            _world.Apart = null;
            _world.Call(silo, twin =>
            {
                TwoSilos.Now(twin.Disconnect($"{link}"));
                return Refusal.None;
            });
            _model.Disconnect(silo, link, _world.Apart);
        }
    }

    /// <summary>The newest mostly.</summary>
    private SessionModel.Token? Any(int a) =>
        _model.Given.Count == 0 ? null : _model.Given[^(1 + (a % Math.Min(_model.Given.Count, a < 40 ? 2 : 6)))];

    private void Know(SessionModel.Token token, Session session)
    {
        _sessions[token.Number] = session;
        _names[session.Id] = $"{token.Number}";
    }

    private string NameOf(string? id) => id is null ? "none" : _names.GetValueOrDefault(id, "unknown");

    private static string Said((Refusal Refusal, bool Stored) reply) =>
        reply.Refusal == Refusal.None ? reply.Stored ? "stored" : "kept" : Said(reply.Refusal);

    private static string Said(Refusal refusal) => refusal switch
    {
        Refusal.None => "ok",
        Refusal.InvalidSession => "INVALID_SESSION",
        Refusal.SessionSuperseded => "SESSION_SUPERSEDED",
        Refusal.InvalidCredentials => "INVALID_CREDENTIALS",
        Refusal.NotFound => "NOT_FOUND",
        _ => refusal.ToString().ToUpperInvariant(),
    };
}
