namespace Rollcall.Devices.Presence;

/// <summary>How often a device sends heartbeats, and for how long it may be silent: its own times, or the installation's.</summary>
internal readonly record struct Cadence(TimeSpan Interval, TimeSpan Timeout)
{
    /// <summary>
    /// The times of a device. If the installation's interval was raised since the device got a timeout of its own, the device is told to keep
    /// half of that timeout.
    /// </summary>
    public static Cadence Of(Profile profile, DeviceOptions options)
    {
        var (interval, timeout) = Wanted(profile.HeartbeatInterval, profile.HeartbeatTimeout, options);
        return new Cadence(interval <= timeout / 2 ? interval : timeout / 2, timeout);
    }

    /// <inheritdoc cref="IsAllowed(int?, int?, DeviceOptions)"/>
    public static bool IsAllowed(Profile profile, DeviceOptions options) =>
        IsAllowed(profile.HeartbeatInterval, profile.HeartbeatTimeout, options);

    /// <summary>Whether a device's own times go together. Source: <see cref="HeartbeatBounds.Rule"/>.</summary>
    public static bool IsAllowed(int? ownInterval, int? ownTimeout, DeviceOptions options)
    {
        var (interval, timeout) = Wanted(ownInterval, ownTimeout, options);
        return (ownInterval, ownTimeout) == (null, null) || (timeout >= 2 * interval && timeout >= options.LeastTimeout);
    }

    public static bool HasOwn(Profile profile) => profile is not { HeartbeatInterval: null, HeartbeatTimeout: null };

    /// <summary>Milliseconds until the next heartbeat is due: 0.9 to 1.0 of the interval, so that a fleet that started together spreads.</summary>
    public int Next()
    {
        var (interval, longest) = ((long)Interval.TotalMilliseconds, (long)Timeout.TotalMilliseconds / 2);
        return (int)Math.Clamp(Random.Shared.NextInt64(interval * 9 / 10, interval + 1), 1_000, Math.Max(1_000, longest));
    }

    private static Cadence Wanted(int? ownInterval, int? ownTimeout, DeviceOptions options) => new(
        ownInterval is { } interval ? TimeSpan.FromMilliseconds(interval) : options.HeartbeatInterval,
        ownTimeout is { } timeout ? TimeSpan.FromMilliseconds(timeout) : options.HeartbeatTimeout);
}
