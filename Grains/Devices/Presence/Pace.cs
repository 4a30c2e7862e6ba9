using Microsoft.Extensions.Options;

namespace Rollcall.Devices.Presence;

/// <summary>When a device sends its next heartbeat: after 0.9-1.0 of the interval, so that a fleet that started together spreads.</summary>
internal sealed class Pace(IOptions<DeviceOptions> options)
{
    private readonly int _interval = (int)options.Value.HeartbeatInterval.TotalMilliseconds;
    private readonly int _longest = (int)(options.Value.HeartbeatTimeout.TotalMilliseconds / 2);

    /// <summary>Milliseconds, from 1 s to half the timeout.</summary>
    public int Next() => Math.Clamp(Random.Shared.Next(_interval * 9 / 10, _interval + 1), 1_000, Math.Max(1_000, _longest));
}
