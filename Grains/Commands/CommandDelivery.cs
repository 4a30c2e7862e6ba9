using Rollcall.Clocks;
using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>
/// How commands go over a device's connection. Nothing is sent in a turn: a gateway is handed what to write, one portion after the other,
/// and says when it has.
/// </summary>
/// <remarks>
/// A command that its device cannot bear ends each connection over which it comes, and would keep all that wait behind it. After the first
/// one that died so, those that it was handed come one at a time, each when the one before is acknowledged or has been borne; so the
/// one at fault is known, and a device that never acknowledges waits a minute for each and not until they expire.
/// </remarks>
internal sealed class CommandDelivery(ConnectionsFacet connections, ITwinHost host)
{
    private const int MostDeaths = 3;
    private static readonly TimeSpan PushTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ResendAfter = TimeSpan.FromMinutes(1);

    /// <summary>With a command for so long over an open connection, the device bears it: what cuts the line later is the line.</summary>
    private static readonly TimeSpan Borne = ResendAfter;

    /// <summary>The connection to which the next four belong.</summary>
    private OpenConnection? _open;

    /// <summary>Up to this number its gateway has written them, and since when.</summary>
    private (long To, TimeSpan Since) _pushed;

    /// <summary>The portion that is on its way, and since when.</summary>
    private (TimeSpan Since, long To)? _pushing;

    /// <summary>Up to which number they came and are not borne yet, and since when all of these are there.</summary>
    private (long To, TimeSpan Since)? _trial;

    /// <summary>Up to this number they are borne, over whatever connection.</summary>
    private long _borne;

    /// <summary>The one at which a connection died, how many have died of it, and up to which number all are suspect.</summary>
    private (long Number, int Deaths, long UpTo)? _suspect;

    public bool HasSuspects => _suspect is not null;

    private long Handed => Math.Max(_pushed.To, _pushing?.To ?? 0);

    /// <summary>
    /// As far as is known the connection takes what it is handed: its device has been greeted, and no portion is overdue. The word that it
    /// closed may have been lost; a device that beats over REST would then have its commands nowhere.
    /// </summary>
    public bool IsDelivering(TimeSpan now)
    {
        Follow();
        return connections.Connected && _open is { IsGreeted: true } && !(now - _pushing?.Since >= PushTimeout);
    }

    /// <summary>Something may be handed over: the device has been greeted and nothing is on its way. A portion that was lost is by and by.</summary>
    public bool IsFree(TimeSpan now)
    {
        Follow();
        return connections.Connected && _open is { IsGreeted: true } && !(now - _pushing?.Since < PushTimeout);
    }

    /// <summary>What is to be handed over next.</summary>
    public IReadOnlyList<Command> Portion(CommandQueue queue, WallTime now)
    {
        var next = queue.ToSend(_pushed.To, now, Way.Unasked);
        if (_suspect is not { } suspect)
        {
            return next;
        }

        if (queue.ToSend(_borne, now, Way.Unasked) is not [var tried, ..] || tried.Number > suspect.UpTo)
        {
            _suspect = null;
            return next;
        }

        return [.. next.TakeWhile(command => command.Number <= tried.Number)];
    }

    /// <summary>Hands a portion over.</summary>
    public void Hand(IReadOnlyList<Command> portion, TimeSpan now)
    {
        _pushing = portion is [.., var last] ? (now, last.Number) : null;
        if (portion.Count > 0)
        {
            _pushed.Since = _pushed.To == 0 ? now : _pushed.Since;
            Try(now);
            host.Deliver(_open!.Link, portion);
        }
    }

    /// <summary>A gateway has written these. One that was claimed meanwhile is not the portion.</summary>
    public void Sent(string linkId, IReadOnlyList<string> commandIds)
    {
        Follow();
        if (_open?.Link.ConnectionId == linkId)
        {
            _pushed.To = Math.Max(_pushed.To, commandIds.Max(id => CommandIds.TryNumber(id, out var number) ? number : 0));
            _pushing = _pushing?.To > _pushed.To ? _pushing : null;
        }
    }

    /// <summary>
    /// The device is heard, so its connection is taken to be open. What has been on it for a minute is borne; what came since is next. It
    /// may have had to let go of what it was handed, so what it has not acknowledged comes again over the same connection, too.
    /// </summary>
    public void NoteAlive(TimeSpan now)
    {
        Follow();
        if (_trial is { } trial && now - trial.Since >= Borne)
        {
            (_borne, _trial) = (Math.Max(_borne, trial.To), null);
        }

        Try(now);
        if (_pushed.To > 0 && now - _pushed.Since >= ResendAfter)
        {
            _pushed = (0, now);
        }
    }

    /// <summary>
    /// The connection is gone. Whether the device, the line or the command was at fault, nobody says; three times the same is the command.
    /// </summary>
    /// <returns>The command; null: none is known to be at fault.</returns>
    public Command? Died(CommandQueue queue, WallTime now)
    {
        Follow();
        var handed = Handed;
        if (handed == 0 || queue.ToSend(_borne, now, Way.Unasked) is not [var oldest, ..] || oldest.Number > handed)
        {
            return null;
        }

        var deaths = _suspect?.Number == oldest.Number ? _suspect.Value.Deaths + 1 : 1;
        _suspect = (oldest.Number, deaths, Math.Max(handed, _suspect?.UpTo ?? 0));
        return deaths >= MostDeaths ? oldest : null;
    }

    private void Try(TimeSpan now) => _trial ??= Handed > _borne ? (Handed, now) : null;

    /// <summary>Another connection is the one that commands go to: nothing has come over it yet.</summary>
    private void Follow()
    {
        if (!ReferenceEquals(_open, connections.Open))
        {
            (_open, _pushed, _pushing, _trial) = (connections.Open, default, null, null);
        }
    }
}
