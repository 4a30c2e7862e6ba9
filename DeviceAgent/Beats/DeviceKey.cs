using Rollcall.DeviceAgent.Identity;

namespace Rollcall.DeviceAgent.Beats;

/// <summary>Who a device is and how it proves it; without a secret it registers with its voucher first.</summary>
internal sealed record DeviceKey(string DeviceId, string? Secret, ProvisioningCredentials Voucher = default);
