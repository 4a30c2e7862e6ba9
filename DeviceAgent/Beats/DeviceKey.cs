using Rollcall.DeviceAgent.Identity;

namespace Rollcall.DeviceAgent.Beats;

/// <summary>A device's id and secret; without a secret it registers with its provisioning credentials first.</summary>
internal sealed record DeviceKey(string DeviceId, string? Secret, ProvisioningCredentials Provisioning = default);
