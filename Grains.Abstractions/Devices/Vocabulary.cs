namespace Rollcall.Devices;

/// <summary>Whether the device is there.</summary>
public enum DeviceStatus { Offline, Online }

/// <summary>What the device says of itself.</summary>
public enum DeviceHealth { Healthy, Degraded }

/// <summary>Whether the device may take part; set by its owner.</summary>
public enum DeviceMode { Active, Maintenance, Disabled }

/// <summary>Why the present status was entered.</summary>
public enum PresenceReason { Connected, Heartbeat, HeartbeatTimeout, Goodbye, LinkLost, Revoked, Disabled, Maintenance }

/// <summary>Why a call was not carried out. <see cref="None"/>: it was.</summary>
public enum Refusal
{
    None,

    /// <summary>No such device, or another customer's.</summary>
    NotFound,

    /// <summary>Wrong secret, or no such device.</summary>
    InvalidCredentials,

    /// <summary>The session has ended.</summary>
    InvalidSession,

    /// <summary>A newer session of the same device has replaced it.</summary>
    SessionSuperseded,

    /// <summary>The owner disabled the device.</summary>
    Disabled,

    /// <summary>The owner put the device into maintenance.</summary>
    Maintenance,

    /// <summary>The code is wrong, expired or another device's.</summary>
    InvalidActivationCode,

    /// <summary>The change contradicts what is there: id taken, code used up.</summary>
    Conflict,

    /// <summary>The caller's ETag is not the present one.</summary>
    PreconditionFailed,

    /// <summary>The store refuses this record's content, now and always.</summary>
    Rejected,

    /// <summary>Another activation has written the row since: call again, the next activation knows more.</summary>
    StaleActivation,

    /// <summary>A fault of ours: the store or the pool of secret checks cannot be had now.</summary>
    Unavailable,

    /// <summary>The enrolment key is wrong, expired, revoked or used up.</summary>
    InvalidEnrolmentKey,

    /// <summary>There are as many as there may be.</summary>
    QuotaExceeded,

    /// <summary>The device has said goodbye too often: later, or not at all. Nothing has changed.</summary>
    RateLimited,

    /// <summary>Wrong secrets came too often: this one was not looked at.</summary>
    TooManyTries,
}
