using System.Globalization;
using Rollcall.Devices;

namespace Rollcall.Commands.Model;

/// <content>What each step does to the real twin, and what the model expects of it.</content>
internal sealed partial class CommandSimulation
{
    /// <summary>Takes a step, and looks whether what anybody can read then is what the model says.</summary>
    public void Do(string what, int a)
    {
        Take(what, a);
        Check();
    }

    private void Take(string what, int a)
    {
        switch (what)
        {
            case "send":
                Send($"key-{++_keys}", "work", new[] { 5, 60, 3_600, 7_200 }[a % 4], known: false);
                break;
            case "send again" when _model.All.Count > 0:
                var earlier = Any(a);
                Send(earlier.Key, a % 5 == 0 ? "other" : "work", int.Parse(earlier.Content.Split(' ')[1], CultureInfo.InvariantCulture), known: true);
                break;
            case "cancel" when _model.All.Count > 0:
                Is(_model.Cancel(Any(a)), () => Said(Now(Twin.Commands.Cancel("customer", Id(Any(a))))));
                break;
            case "acknowledge" when _model.All.Count > 0:
                Is(_model.Acknowledge(Any(a)), () => Said(Report(Any(a), CommandStatus.Acknowledged, null, a)));
                break;
            case "report" when _model.All.Count > 0:
                var status = a % 3 == 0 ? CommandStatus.Failed : CommandStatus.Completed;
                Is(_model.Report(Any(a), WireNames.Of(status), $"{a % 2}"), () => Said(Report(Any(a), status, $"{a % 2}", a)));
                break;
            case "beat":
                Beat(null);
                break;
            case "beat over the socket" when _link is not null:
                Beat(_link);
                break;
            case "claim" when _link is not null:
                Claim();
                break;
            default:
                Happen(what, a);
                break;
        }
    }

    private void Happen(string what, int a)
    {
        switch (what)
        {
            case "connect":
                _handed.Clear();
                _has.Clear();
                _link = new DeviceConnectionInfo($"link-{++_links}", _session, "gateway");
                Now(Twin.Connect(_link));
                Now(Twin.ConnectionReady(_link));
                break;
            case "attend again" when _link is { } same:
                // Before anything else may have found out what became of a write.
                _store.Recover();
                Now(Twin.ConnectionReady(same));
                break;
            case "report nonsense":
                var nonsense =
                    Now(Twin.Report(new CommandReport(_session, a % 2 == 1 ? _link : null, "999-000000000000000000000000", CommandStatus.Completed)));
                Assert.Contains(Said(nonsense), _store.IsTroubled ? ["notfound", "unavailable"] : new[] { "notfound" });
                break;
            case "disconnect" when _link is { } closed:
                (_link, var ours) = (null, closed);
                Now(Twin.Disconnect(ours.ConnectionId));
                break;
            case "gateway dies":
                // No word of it comes, and what it was handed is gone.
                _link = null;
                _handed.Clear();
                break;
            case "gateway writes" when _link is { } link && _handed.TryDequeue(out var portion):
                _has.UnionWith(portion.Select(command => command.Id));
                Sent(link.ConnectionId, [.. portion.Select(command => command.Id)]);
                break;
            case "gateway loses" when _handed.Count > 0:
                _handed.Dequeue();
                break;
            case "silo dies":
                (_twin, _due) = (null, null);
                break;
            case "wait":
                Pass(TimeSpan.FromSeconds(a));
                break;
            case "reminder":
                Now(Twin.Turn.ReminderTick());
                break;
            case "store fails":
                _store.Failure ??= a % 3;
                break;
            case "store back":
                _store.Recover();
                if (_twin is not null)
                {
                    Now(Twin.Turn.Tick());
                }

                break;
        }
    }

    private void Send(string key, string content, int seconds, bool known)
    {
        var number = _model.All.LastOrDefault(entry => entry.Key == key)?.Number;
        Is(_model.Send(key, content, seconds), () =>
        {
            var reply = Now(Twin.Commands.Send("customer",
                new NewCommand(content, Parameters(key), TimeSpan.FromSeconds(seconds), "owner", key, known)));
            Assert.True(reply.Refusal != Refusal.None || !known || reply.Command!.Number == number
                || reply.Command.Number == _store.Row.Commands.Last);
            return Said(reply);
        });
    }

    /// <summary>Over the socket when there is one and the number is odd; else over REST.</summary>
    private CommandReply Report(CommandModel.Entry entry, CommandStatus status, string? result, int a) =>
        Now(Twin.Report(new CommandReport(_session, a % 2 == 1 ? _link : null, Id(entry), status, result)));

    private void Beat(DeviceConnectionInfo? link)
    {
        var troubled = _store.IsTroubled;
        var reply = Now(Twin.Heartbeat(new Heartbeat(_session, false, null, null, "gateway", link)));
        MayBeDone(reply.Commands);
        if (reply.Commands.Count > 0 && link is null)
        {
            _has.UnionWith(reply.Commands.Select(command => command.Id));
            Sent(null, [.. reply.Commands.Select(command => command.Id)]);
        }

        Assert.True(troubled || reply.Refusal == Refusal.None, $"{reply.Refusal}");
    }

    private void Claim()
    {
        var troubled = _store.IsTroubled;
        var reply = Now(Twin.NextCommand(_link!));
        Assert.True(troubled || (reply.Refusal == Refusal.None && reply.Command?.Number == _model.Waiting.FirstOrDefault()?.Number), $"{reply}");
    }

    private void Sent(string? link, string[] ids)
    {
        var surely = !_store.IsTroubled;
        Now(Twin.MarkDelivered(link, ids));
        Assert.True(
            !surely || _store.Commands.Where(command => ids.Contains(command.Id)).All(command => command.At(Wall).Status != CommandStatus.Queued));
    }
}
