namespace Rollcall.DeviceApi;

/// <summary>
/// The result of a device's call, or why its connection is closed. Each protocol has one table of its own codes for these.
/// </summary>
internal enum ReasonCode
{
    Success,

    /// <summary>The device has a newer connection, or a newer session.</summary>
    Superseded,

    /// <summary>The session was revoked, or has ended.</summary>
    Revoked,

    /// <summary>The owner disabled the device.</summary>
    Disabled,

    /// <summary>The owner put the device into maintenance.</summary>
    Maintenance,

    /// <summary>There is no such device any more.</summary>
    Removed,

    /// <summary>The token that opened the connection has expired.</summary>
    TokenExpired,

    /// <summary>The device ended its session itself.</summary>
    Goodbye,

    /// <summary>This gateway stops: connect again at once, with jitter.</summary>
    Stopping,

    /// <summary>The device gave no sign of life for a whole heartbeat timeout.</summary>
    Silent,

    /// <summary>A message is larger than any may be.</summary>
    TooLarge,

    /// <summary>Too many malformed messages.</summary>
    Abuse,

    /// <summary>A fault of ours, after which the connection cannot go on.</summary>
    Fault,

    /// <summary>The device has no such command.</summary>
    UnknownCommand,

    /// <summary>The device has reported another result of this command, or must not execute it any more.</summary>
    CommandConflict,

    /// <summary>The store refuses the content, now and always.</summary>
    Rejected,

    /// <summary>The device says goodbye too often. Nothing has changed.</summary>
    TooManyGoodbyes,

    /// <summary>The device calls too often.</summary>
    RateLimited,

    /// <summary>Too many devices call at once: this one is told when to retry.</summary>
    Busy,

    /// <summary>The device's customer holds the most connections, and there is room for no more.</summary>
    QuotaExceeded,

    /// <summary>A fault of ours for now: the same call may succeed later.</summary>
    Unavailable,
}
