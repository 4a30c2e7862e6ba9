using Rollcall.Devices;
using Rollcall.Http;

namespace Rollcall.PortalApi.Devices;

/// <summary>A device's own heartbeat interval.</summary>
internal sealed class HeartbeatIntervalAttribute() : BetweenAttribute(HeartbeatBounds.LeastInterval, HeartbeatBounds.MostInterval, orNull: true);

/// <summary>A device's own heartbeat timeout.</summary>
internal sealed class HeartbeatTimeoutAttribute() : BetweenAttribute(HeartbeatBounds.LeastTimeout, HeartbeatBounds.MostTimeout, orNull: true);

/// <summary>The rule of both together. Where one is the installation's, only a silo knows it.</summary>
internal static class HeartbeatTimes
{
    public static void Check(Validation validation, int? interval, int? timeout)
    {
        if (timeout < 2L * interval)
        {
            validation.Add("heartbeatTimeout", $"must be {HeartbeatBounds.Rule}.");
        }
    }
}
