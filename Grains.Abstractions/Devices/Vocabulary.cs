namespace Rollcall.Devices;

/// <summary>Whether the device is there.</summary>
public enum DeviceStatus { Offline, Online }

/// <summary>Health as the device reports it.</summary>
public enum DeviceHealth { Healthy, Degraded }

/// <summary>Whether the device may take part; set by its owner.</summary>
public enum DeviceMode { Active, Maintenance, Disabled }

/// <summary>Why the present status was entered.</summary>
public enum PresenceReason { Connected, Heartbeat, HeartbeatTimeout, Goodbye, LinkLost, Revoked, Disabled, Maintenance }

/// <summary>Why a call was refused. <see cref="None"/>: it was not.</summary>
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

    /// <summary>The change conflicts with the present state: id taken, code used up.</summary>
    Conflict,

    /// <summary>The caller's ETag is not the present one.</summary>
    PreconditionFailed,

    /// <summary>The store rejects the content for good.</summary>
    Rejected,

    /// <summary>Another activation has written the row: call again, the next activation has the newer row.</summary>
    StaleActivation,

    /// <summary>A failure of ours: the store or the pool of secret checks is unavailable.</summary>
    Unavailable,

    /// <summary>The enrolment key is wrong, expired, revoked or used up.</summary>
    InvalidEnrolmentKey,

    /// <summary>A quota is exceeded.</summary>
    QuotaExceeded,

    /// <summary>The device said goodbye too often: retry later, or not at all. Nothing has changed.</summary>
    RateLimited,

    /// <summary>Too many wrong secrets: this one was not checked.</summary>
    TooManyTries,

    /// <summary>The heartbeat timeout is shorter than <see cref="HeartbeatBounds.Rule"/> says. Nothing has changed.</summary>
    TimeoutTooShort,

    /// <summary>A note goes with maintenance or disabled, an end with maintenance. Nothing has changed.</summary>
    NotInMode,
}
