using Rollcall.DeviceAgent.Identity;

namespace Rollcall.DeviceAgent.Beats;

/// <summary>A device's id and secret; without a secret it registers with its provisioning credentials first.</summary>
internal sealed record DeviceKey(string DeviceId, string? Secret, ProvisioningCredentials Provisioning = default)
{
    /// <summary>What it reports of itself: <c>healthy</c> or <c>degraded</c>.</summary>
    public string Status { get; init; } = "healthy";

    /// <summary>The time between two beats, if that is shorter than what the server says; null: what that says.</summary>
    public TimeSpan? Interval { get; init; }
}
