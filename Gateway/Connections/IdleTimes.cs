using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Rollcall.Connections;

/// <summary>
/// How long a device's connection may be idle, against its heartbeat interval. What can follow the interval
/// does; of what cannot, a line warns. The interval is the silos': where they are elsewhere it is learned from what they answer.
/// </summary>
internal sealed partial class IdleTimes(GatewaySettings settings, IOptions<KestrelServerOptions> server, ILogger<IdleTimes> log)
{
    /// <summary>docs/protocol.md: a device that has received nothing for so long treats its socket as dead.</summary>
    public static readonly TimeSpan DevicesGiveUp = TimeSpan.FromSeconds(45);

    /// <summary>docs/proxies.md: what is silent for so long may be ended on the way.</summary>
    public static readonly TimeSpan ProxiesGiveUp = TimeSpan.FromSeconds(60);

    /// <summary>The server's own, and what is added to a longer interval: a beat may be late.</summary>
    public static readonly TimeSpan UsuallyKept = TimeSpan.FromSeconds(130), Slack = TimeSpan.FromSeconds(30);

    /// <summary>Whoever beats more rarely opens a connection for each: a dead line would keep its place for as long.</summary>
    public static readonly TimeSpan LongestKept = TimeSpan.FromHours(1);

    private int _longest;

    /// <summary>Devices are told this interval. The longest counts, once: silos may have different ones for a while.</summary>
    /// <param name="heartbeatInterval">Milliseconds; 0: nothing was said of it.</param>
    public void Learn(int heartbeatInterval)
    {
        if (heartbeatInterval <= Volatile.Read(ref _longest))
        {
            return;
        }

        Volatile.Write(ref _longest, heartbeatInterval);
        var interval = TimeSpan.FromMilliseconds(heartbeatInterval);
        Follow(interval);
        Warn(interval, settings.DeviceConnections.Ping, settings.DeviceConnections.Timeout);
    }

    /// <summary>A connection over which a device beats stays open from one beat to the next. Connections that are opened from now on do.</summary>
    private void Follow(TimeSpan interval)
    {
        var kept = interval + Slack;
        server.Value.Limits.KeepAliveTimeout = kept < UsuallyKept ? UsuallyKept : kept < LongestKept ? kept : LongestKept;
        if (kept > LongestKept)
        {
            LogNotKept(interval.TotalSeconds, LongestKept.TotalSeconds);
        }
    }

    private void Warn(TimeSpan interval, TimeSpan ping, TimeSpan patience)
    {
        if (interval > ping + patience)
        {
            LogCut(interval.TotalSeconds, (ping + patience).TotalSeconds);
        }

        if (interval > DevicesGiveUp)
        {
            LogTakenForDead(interval.TotalSeconds, DevicesGiveUp.TotalSeconds);
        }

        if (interval >= ProxiesGiveUp && ping >= ProxiesGiveUp)
        {
            LogEndedOnTheWay(ping.TotalSeconds, ProxiesGiveUp.TotalSeconds);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "DEVICE_HEARTBEAT_INTERVAL ({Interval} s) is more than DEVICE_LINK_PING and DEVICE_LINK_PATIENCE together ({Patience} s): the socket of "
            + "a device that does not read between its beats is cut before the next one; raise one of these two")]
    private partial void LogCut(double interval, double patience);

    [LoggerMessage(
        LogLevel.Warning,
        "DEVICE_HEARTBEAT_INTERVAL ({Interval} s) is more than the {Patience} s after which a device that cannot see pings takes its socket for "
            + "dead: it must send a ping of its own in between")]
    private partial void LogTakenForDead(double interval, double patience);

    [LoggerMessage(
        LogLevel.Warning,
        "DEVICE_LINK_PING ({Ping} s) and the heartbeat interval leave sockets silent for the {Patience} s after which proxies may end them: "
            + "lower DEVICE_LINK_PING")]
    private partial void LogEndedOnTheWay(double ping, double patience);

    [LoggerMessage(
        LogLevel.Warning,
        "DEVICE_HEARTBEAT_INTERVAL ({Interval} s) is longer than an idle connection is kept ({Kept} s): over REST each beat opens a new one")]
    private partial void LogNotKept(double interval, double kept);
}
