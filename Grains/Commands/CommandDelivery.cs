using Rollcall.Clocks;
using Rollcall.Devices.Connections;
using Rollcall.Devices.Turn;

namespace Rollcall.Commands;

/// <summary>
/// Delivers commands over a device's connection. Nothing is sent within a turn: a gateway gets one batch after the other to write, and
/// reports when it has written it.
/// </summary>
/// <remarks>
/// A command that crashes its device ends each connection it is sent over, and would block all commands behind it. After the first
/// connection that died with commands on it, those commands are sent one at a time, the next one when the one before is acknowledged or
/// the connection has survived it. So the command at fault is found, and a device that never acknowledges waits a minute for each.
/// </remarks>
internal sealed class CommandDelivery(ConnectionsFacet connections, ITwinHost host)
{
    private const int MostDeaths = 3;
    private static readonly TimeSpan PushTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ResendAfter = TimeSpan.FromMinutes(1);

    /// <summary>A connection that is open for so long with a command has survived it: a later end has another cause.</summary>
    private static readonly TimeSpan SurvivesAfter = ResendAfter;

    /// <summary>The connection that the next three fields are about.</summary>
    private OpenConnection? _open;

    /// <summary>Up to this number its gateway has written the commands, and since when.</summary>
    private (long To, TimeSpan Since) _delivered;

    /// <summary>The batch that is under way, and since when.</summary>
    private (TimeSpan Since, long To)? _underWay;

    /// <summary>Up to which number commands were handed over and not survived yet, and since when.</summary>
    private (long To, TimeSpan Since)? _probation;

    /// <summary>Up to this number the device has survived the commands, over any connection.</summary>
    private long _survived;

    /// <summary>The command at which a connection died, how many died with it, and up to which number all are suspect.</summary>
    private (long Number, int Deaths, long UpTo)? _suspect;

    public bool HasSuspects => _suspect is not null;

    private long HandedOver => Math.Max(_delivered.To, _underWay?.To ?? 0);

    /// <summary>
    /// As far as is known the connection works: the device is greeted, and no batch is overdue. The notice that it closed may have been
    /// lost; a device that beats over REST would then get its commands nowhere.
    /// </summary>
    public bool IsDelivering(TimeSpan now)
    {
        Follow();
        return connections.Connected && _open is { IsGreeted: true } && !(now - _underWay?.Since >= PushTimeout);
    }

    /// <summary>A batch may be handed over: the device is greeted and none is under way. One that was lost times out.</summary>
    public bool IsFree(TimeSpan now)
    {
        Follow();
        return connections.Connected && _open is { IsGreeted: true } && !(now - _underWay?.Since < PushTimeout);
    }

    /// <summary>The batch to hand over next.</summary>
    public IReadOnlyList<Command> NextBatch(CommandQueue queue, WallTime now)
    {
        var next = queue.ToSend(_delivered.To, now, Way.Unasked);
        if (_suspect is not { } suspect)
        {
            return next;
        }

        if (queue.ToSend(_survived, now, Way.Unasked) is not [var tried, ..] || tried.Number > suspect.UpTo)
        {
            _suspect = null;
            return next;
        }

        return [.. next.TakeWhile(command => command.Number <= tried.Number)];
    }

    /// <summary>Hands a batch over to the gateway.</summary>
    public void HandOver(IReadOnlyList<Command> batch, TimeSpan now)
    {
        _underWay = batch is [.., var last] ? (now, last.Number) : null;
        if (batch.Count > 0)
        {
            _delivered.Since = _delivered.To == 0 ? now : _delivered.Since;
            BeginProbation(now);
            host.Deliver(_open!.Connection, batch);
        }
    }

    /// <summary>A gateway has written these. One that the device asked for meanwhile does not complete the batch.</summary>
    public void MarkDelivered(string connectionId, IReadOnlyList<string> commandIds)
    {
        Follow();
        if (_open?.Connection.ConnectionId == connectionId)
        {
            _delivered.To = Math.Max(_delivered.To, commandIds.Max(id => CommandIds.TryNumber(id, out var number) ? number : 0));
            _underWay = _underWay?.To > _delivered.To ? _underWay : null;
        }
    }

    /// <summary>
    /// The device is alive, so its connection counts as open. It has survived what was sent a minute ago; what came since is on probation. It
    /// may have lost commands, so what it has not acknowledged is sent again over the same connection, too.
    /// </summary>
    public void NoteAlive(TimeSpan now)
    {
        Follow();
        if (_probation is { } probation && now - probation.Since >= SurvivesAfter)
        {
            (_survived, _probation) = (Math.Max(_survived, probation.To), null);
        }

        BeginProbation(now);
        if (_delivered.To > 0 && now - _delivered.Since >= ResendAfter)
        {
            _delivered = (0, now);
        }
    }

    /// <summary>
    /// The connection died. The cause may be the device, the network or a command; three times the same command means the command.
    /// </summary>
    /// <returns>The command at fault; null: none is known.</returns>
    public Command? ConnectionDied(CommandQueue queue, WallTime now)
    {
        Follow();
        var handedOver = HandedOver;
        if (handedOver == 0 || queue.ToSend(_survived, now, Way.Unasked) is not [var oldest, ..] || oldest.Number > handedOver)
        {
            return null;
        }

        var deaths = _suspect?.Number == oldest.Number ? _suspect.Value.Deaths + 1 : 1;
        _suspect = (oldest.Number, deaths, Math.Max(handedOver, _suspect?.UpTo ?? 0));
        return deaths >= MostDeaths ? oldest : null;
    }

    private void BeginProbation(TimeSpan now) => _probation ??= HandedOver > _survived ? (HandedOver, now) : null;

    /// <summary>Starts again when another connection is the open one: nothing was sent over it yet.</summary>
    private void Follow()
    {
        if (!ReferenceEquals(_open, connections.Open))
        {
            (_open, _delivered, _underWay, _probation) = (connections.Open, default, null, null);
        }
    }
}
