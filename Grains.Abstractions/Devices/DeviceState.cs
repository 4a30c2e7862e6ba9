namespace Rollcall.Devices;

/// <summary>What is said of a device in one word. Source: <see cref="DeviceStates"/>.</summary>
public enum DeviceState
{
    /// <summary>It is heard, and reports nothing wrong.</summary>
    Online,

    /// <summary>It is heard, and reports that something is wrong.</summary>
    Degraded,

    /// <summary>It should be heard, and is not.</summary>
    Down,

    /// <summary>It said goodbye, or its session was ended.</summary>
    SignedOff,

    /// <summary>It has not joined yet.</summary>
    NeverSeen,

    /// <summary>Its owner works on it.</summary>
    Maintenance,

    /// <summary>Its owner has shut it out.</summary>
    Disabled,
}

/// <summary>The rule of <see cref="DeviceState"/>.</summary>
public static class DeviceStates
{
    /// <summary>The state of a device. Total: every combination has one.</summary>
    /// <param name="seq">Number of its last transition; 0: never seen.</param>
    /// <param name="reason">Why its status was entered.</param>
    public static DeviceState Of(DeviceMode mode, long seq, DeviceStatus status, DeviceHealth? health, PresenceReason? reason) => mode switch
    {
        DeviceMode.Maintenance => DeviceState.Maintenance,
        DeviceMode.Disabled => DeviceState.Disabled,
        _ when seq == 0 => DeviceState.NeverSeen,
        _ when status == DeviceStatus.Online => health == DeviceHealth.Degraded ? DeviceState.Degraded : DeviceState.Online,
        _ => reason is PresenceReason.Goodbye or PresenceReason.Revoked or PresenceReason.Disabled or PresenceReason.Maintenance
            ? DeviceState.SignedOff
            : DeviceState.Down,
    };

    /// <summary>The state of a device.</summary>
    public static DeviceState Of(Device device) => Of(device.Mode, device.Seq, device.Status, device.Health, device.Reason);
}
