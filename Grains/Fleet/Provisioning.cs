using Rollcall.Devices;
using Rollcall.Devices.Sessions;
using Rollcall.Secrets;

namespace Rollcall.Fleet;

/// <summary>How a new device is provisioned: with a generated secret, its own secret, or a one-time code that it exchanges for one.</summary>
/// <param name="Credential">Stored form of the device's own secret.</param>
internal sealed record Provisioning(Seed Seed, string? Secret, string? Code, DateTimeOffset? ExpiresAt, string? Credential = null)
{
    /// <summary>With a secret of its own.</summary>
    public static Provisioning WithCredential(Seed seed, string credential) => new(seed, null, null, null, credential);

    public static Provisioning For(NewDevice device, DateTimeOffset codeExpiresAt)
    {
        var seed = new Seed(device.Seed);
        return device.WithSecret ? new Provisioning(seed, seed.Secret, null, null) : new Provisioning(seed, null, seed.Code, codeExpiresAt);
    }

    public DeviceRow Row(NewDevice device, string customerId, DateTimeOffset now) => NewRow(
        device.DeviceId ?? Seed.DeviceId, customerId, now, device.Name, device.Location,
        Secret is null ? Credential : SecretScheme.HashGenerated(Secret), Code is null ? null : SecretScheme.HashGenerated(Code), ExpiresAt)
        .WithTimes(device.HeartbeatInterval, device.HeartbeatTimeout)
        with { Revision = Seed.Revision };

    /// <summary>Stored in place of the one-time code when a device was provisioned with an enrolment key. No hash of a code looks like it.</summary>
    public static string EnrolledBy(string keyId) => "key:" + keyId;

    /// <summary>
    /// The row of a device that was never seen. Its revision starts at a random number: if all started at 1, a write based on a removed
    /// device could match a device created later under the same id.
    /// </summary>
    public static DeviceRow NewRow(
        string deviceId, string customerId, DateTimeOffset now, string? name, string? location,
        string? credential, string? activation = null, DateTimeOffset? activationExpiresAt = null) => new(
        deviceId, customerId, Revision: Random.Shared.NextInt64(1L << 60),
        new Profile(name, location, DeviceMode.Active, Version: 1, now, credential, activation, activationExpiresAt, Activated: false),
        new SessionState(0, null),
        PresenceState.NeverSeen(now));
}
