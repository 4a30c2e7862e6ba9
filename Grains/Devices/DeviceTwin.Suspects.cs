using Rollcall.Commands;

namespace Rollcall.Devices;

/// <content>
/// A command that its device cannot bear ends each socket over which it comes, and would keep all that wait behind it. After the first
/// socket that died so, those that it was handed come one at a time, each when the one before is acknowledged or has been borne; so the
/// one at fault is known, and a device that never acknowledges waits a minute for each and not until they expire.
/// </content>
internal sealed partial class DeviceTwin
{
    private const int MostDeaths = 3;

    /// <summary>With a command for so long over an open socket, the device bears it: what cuts the line later is the line.</summary>
    private static readonly TimeSpan Borne = ResendAfter;

    /// <summary>The one at which a socket died, how many have died of it, and up to which number all are suspect.</summary>
    private (long Number, int Deaths, long UpTo)? _suspect;

    /// <summary>Up to this number they are borne.</summary>
    private long _borne;

    /// <summary>Up to which number they came over the present socket and are not borne yet, and since when all of these are there.</summary>
    private (long To, TimeSpan Since)? _trial;

    private long Handed => Math.Max(_pushedTo, _pushing?.To ?? 0);

    /// <summary>What is to be handed over next.</summary>
    private IReadOnlyList<Command> Portion(CommandQueue queue)
    {
        var next = queue.ToSend(_pushedTo, services.Wall(), Way.Unasked);
        if (_suspect is not { } suspect)
        {
            return next;
        }

        if (queue.ToSend(_borne, services.Wall(), Way.Unasked) is not [var tried, ..] || tried.Number > suspect.UpTo)
        {
            _suspect = null;
            return next;
        }

        return [.. next.TakeWhile(command => command.Number <= tried.Number)];
    }

    private ValueTask PushNextSuspect() => _suspect is null ? ValueTask.CompletedTask : Push();

    /// <summary>The device is heard, so its socket is taken to be open. What has been on it for a minute is borne; what came since is next.</summary>
    private void NoteBorne(TimeSpan now)
    {
        if (_trial is { } trial && now - trial.Since >= Borne)
        {
            (_borne, _trial) = (Math.Max(_borne, trial.To), null);
        }

        Try(now);
    }

    private void Try(TimeSpan now) => _trial ??= Handed > _borne ? (Handed, now) : null;

    /// <summary>
    /// A socket is gone. Whether the device, the line or the command was at fault, nobody says; three times the same is the command.
    /// </summary>
    private async ValueTask SocketDied()
    {
        var handed = Handed;
        if (handed == 0 || _doubt is not null || _queue is not { } queue
            || queue.ToSend(_borne, services.Wall(), Way.Unasked) is not [var oldest, ..] || oldest.Number > handed)
        {
            return;
        }

        var deaths = _suspect?.Number == oldest.Number ? _suspect.Value.Deaths + 1 : 1;
        _suspect = (oldest.Number, deaths, Math.Max(handed, _suspect?.UpTo ?? 0));
        if (deaths >= MostDeaths)
        {
            await Store(queue.OnlyAskedFor(oldest));
        }
    }
}
