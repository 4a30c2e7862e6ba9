using Rollcall.Enrolment;

namespace Rollcall.PortalApi.Keys;

/// <summary>The key made. Its text is shown this once.</summary>
internal sealed record CreatedKey(string Id, string EnrolmentKey);

/// <summary>An enrolment key, without its text.</summary>
/// <param name="Devices">Places taken: devices that have joined by it, removed ones too.</param>
/// <param name="HeartbeatInterval">Of devices that join by it, milliseconds; null: the installation's.</param>
/// <param name="HeartbeatTimeout">Of devices that join by it, milliseconds; null: the installation's.</param>
/// <param name="RevokedAt">Since when no device can join by it; null: it is not revoked.</param>
internal sealed record KeyBody(
    string Id, string Name, int? MaxDevices, int Devices, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    int? HeartbeatInterval, int? HeartbeatTimeout)
{
    public static KeyBody Of(EnrolmentKey key) =>
        new(
            key.Id, key.Name, key.MaxDevices, key.Devices, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.HeartbeatInterval,
            key.HeartbeatTimeout);
}

/// <summary>All enrolment keys of the customer, newest first, expired and revoked ones too.</summary>
internal sealed record KeyListAnswer(IReadOnlyList<KeyBody> EnrolmentKeys);
