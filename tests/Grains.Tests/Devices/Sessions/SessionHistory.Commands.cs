using Rollcall.Commands;
using Rollcall.Devices.Presence.Model;

namespace Rollcall.Devices.Sessions;

/// <content>Commands: sent by the owner, written by a gateway, acknowledged and answered by the device, over REST and over sockets.</content>
internal sealed partial class SessionHistory
{
    /// <summary>By the model's number. What was stored once has a name for ever, also when its device is gone.</summary>
    private readonly SortedDictionary<int, string> _commands = [];

    private (string Expected, string Answer) Report(int silo, SessionModel.Token token, int? link, Step step)
    {
        var (word, status) = step.What.Split(' ')[0] switch
        {
            "acknowledge" => ("acknowledged", CommandStatus.Acknowledged),
            "fail" => ("failed", CommandStatus.Failed),
            _ => ("completed", CommandStatus.Completed),
        };
        var about = step.What == "report" ? null : AnyCommand(step.A / 6);
        var expected = _model.Report(silo, token, about?.Number, word, link);
        return (expected, Said(_world.Report(silo, _sessions[token.Number], about?.Id, status, link)));
    }

    private (string Expected, string Answer) ReportOver(int silo, KeyValuePair<int, SessionModel.Token> open, Step step)
    {
        var said = Report(silo, open.Value, open.Key, step);
        if (said.Answer is not ("ok" or "NOT_FOUND" or "CONFLICT" or "UNAVAILABLE" or "REJECTED"))
        {
            // As the gateway does.
            _open.Remove(open.Key);
            Disconnect(open.Key);
        }

        return said;
    }

    /// <summary>The newest mostly.</summary>
    private (int Number, string Id)? AnyCommand(int a)
    {
        if (_commands.Count == 0)
        {
            return null;
        }

        var (number, id) = _commands.ElementAt(_commands.Count - 1 - (a % Math.Min(_commands.Count, 3)));
        return (number, id);
    }

    /// <summary>
    /// All that wait, where there is no socket. Where there is one, those set apart at least: whether it takes the others is the business of
    /// the model of commands.
    /// </summary>
    private bool IsHanded()
    {
        var (handed, least, most) = (Places(_world.Handed), Places(_model.Handed), Places(_model.Waits));
        return least.IsSubsetOf(handed) && handed.IsSubsetOf(most);

        static HashSet<string> Places(string places) => [.. places.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    private void LookAtCommands()
    {
        foreach (var ((_, number), (_, id)) in _model.Orders.Zip(_world.Commands))
        {
            _commands[number] = id;
        }
    }
}
