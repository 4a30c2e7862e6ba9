namespace Rollcall.DeviceAgent.Identity;

/// <summary>What a device without a secret shows to get one; the activation code, meant for this one device, goes first.</summary>
internal readonly record struct ProvisioningCredentials(string? EnrolmentKey, string? ActivationCode)
{
    public bool Given => EnrolmentKey is not null || ActivationCode is not null;
}
