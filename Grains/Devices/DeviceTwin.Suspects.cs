using Rollcall.Commands;

namespace Rollcall.Devices;

/// <content>
/// A command that its device cannot bear ends each socket over which it comes, and would keep all that wait behind it. After the first
/// socket that died so, those that it was handed come one at a time, each when the one before is acknowledged; so the one at fault is known.
/// </content>
internal sealed partial class DeviceTwin
{
    private const int MostDeaths = 3;

    /// <summary>The oldest that was handed over and not acknowledged when a socket died, how many have died of it, and up to which number all are suspect.</summary>
    private (long Number, int Deaths, long UpTo)? _suspect;

    /// <summary>What is to be handed over next.</summary>
    private IReadOnlyList<Command> Portion(CommandQueue queue)
    {
        if (_suspect is not { } suspect)
        {
            return queue.ToSend(_pushedTo, services.Wall(), Way.Unasked);
        }

        if (queue.ToSend(0, services.Wall(), Way.Unasked) is not [var oldest, ..] || oldest.Number > suspect.UpTo)
        {
            _suspect = null;
            return queue.ToSend(_pushedTo, services.Wall(), Way.Unasked);
        }

        return oldest.Number <= _pushedTo ? [] : [oldest];
    }

    private ValueTask PushNextSuspect() => _suspect is null ? ValueTask.CompletedTask : Push();

    /// <summary>A socket is gone. Whether the device, the line or the command was at fault, nobody says; three times the same is the command.</summary>
    private async ValueTask SocketDied()
    {
        var handed = Math.Max(_pushedTo, _pushing?.To ?? 0);
        if (handed == 0 || _doubt is not null || _queue is not { } queue
            || queue.ToSend(0, services.Wall(), Way.Unasked) is not [var oldest, ..] || oldest.Number > handed)
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
