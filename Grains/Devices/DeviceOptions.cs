using Rollcall.Devices.Presence;

namespace Rollcall.Devices;

/// <summary>How devices are expected to send heartbeats.</summary>
public sealed class DeviceOptions
{
    /// <summary>DEVICE_HEARTBEAT_INTERVAL: the interval that devices are told to keep. Default 30 s, at least 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>DEVICE_HEARTBEAT_TIMEOUT: silence after which a device is offline. Default 90 s, at least two intervals.</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>DEVICE_LINK_GRACE: time in which a connection that closed without a goodbye may come back. Default 15 s.</summary>
    public TimeSpan LinkGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>DEVICE_SESSION_TTL: how long a session, and the token for it, is good. Default 7 days.</summary>
    public TimeSpan SessionTtl { get; set; } = TimeSpan.FromDays(7);

    /// <summary>COMMANDS_MOST: open commands that one device may have. Default 1,000.</summary>
    public int CommandsMost { get; set; } = 1_000;

    /// <summary>GOODBYE_RATE: goodbyes a minute that one device may send on average; ending its session counts as one. Default 6.</summary>
    public int GoodbyeRate { get; set; } = 6;

    /// <summary>GOODBYE_BURST: goodbyes that one device may send at once. Default 10.</summary>
    public int GoodbyeBurst { get; set; } = 10;

    /// <summary>COMMAND_BYTES: bytes of parameters that the open commands of one device may have together. Default 4 MiB.</summary>
    public long CommandBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>COMMAND_CUSTOMER_BYTES: the same of all open commands that one silo has of a customer. Default 64 MiB.</summary>
    public long CommandCustomerBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>COMMAND_CACHE_BYTES: bytes of parameters that a silo keeps in memory; the rest is read when it is sent. Default 32 MiB.</summary>
    public long CommandCacheBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>A pause of the process longer than this, or than a third of the timeout, counts as an outage. Default 5 s.</summary>
    public TimeSpan Stall { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The shortest timeout that a device may have of its own. Default 2 s; a cluster's is 6 s.</summary>
    public TimeSpan LeastTimeout { get; set; } = TimeSpan.FromMilliseconds(HeartbeatBounds.LeastTimeout);

    /// <summary>A twin that nobody calls for so long leaves memory. One with a shorter timeout is woken by its timer before.</summary>
    internal TimeSpan LongestIdle => Later(2 * HeartbeatTimeout, TimeSpan.FromMinutes(5));

    internal PresenceRule Presence => new(HeartbeatTimeout, LinkGrace);

    /// <summary>
    /// The rule for one device. While it has not been told a shorter timeout, the longer one holds. After an outage of ours, a device with a
    /// long timeout has its interval, and the installation's timeout, to be heard: a whole timeout would start again with each outage.
    /// </summary>
    internal PresenceRule PresenceOf(Profile profile)
    {
        var cadence = Cadence.Of(profile, this);
        var timeout = profile.ToldTimeout is { } told ? Later(cadence.Timeout, TimeSpan.FromMilliseconds(told)) : cadence.Timeout;
        var afterOutage = cadence.Interval + HeartbeatTimeout;
        return new PresenceRule(timeout, LinkGrace, afterOutage < timeout ? afterOutage : null);
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
