using System.Text.Json.Serialization;
using Rollcall.Enrolment;
using Rollcall.Http;

namespace Rollcall.PortalApi.Keys;

/// <summary>An enrolment key to make.</summary>
/// <param name="Name">Free text.</param>
/// <param name="MaxDevices">How many devices may join by it; null: any number.</param>
/// <param name="ExpiresAt">Until when, with Z or an offset; null: until it is revoked.</param>
internal sealed record CreateKeyRequest(
    [property: Text(1, Validation.LongestText, Required = true)] string? Name = null,
    [property: JsonConverter(typeof(WholeInt32Converter)), Between(1, 1_000_000, OrNull = true)] int? MaxDevices = null,
    DateTimeOffset? ExpiresAt = null) : IBody<CreateKeyRequest>
{
    public static int MostBytes => 16 * 1024;

    void IBody<CreateKeyRequest>.Check(Validation validation, TimeProvider clock)
    {
        if (ExpiresAt <= clock.GetUtcNow())
        {
            validation.Add("expiresAt", "must be in the future, or null.");
        }
    }
}

/// <summary>The key made. Its text is shown this once.</summary>
internal sealed record CreatedKey(string Id, string EnrolmentKey);

/// <summary>An enrolment key, without its text.</summary>
/// <param name="Devices">Places taken: devices that have joined by it, removed ones too.</param>
/// <param name="RevokedAt">Since when no device can join by it; null: it is not revoked.</param>
internal sealed record KeyBody(
    string Id, string Name, int? MaxDevices, int Devices, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static KeyBody Of(EnrolmentKey key) =>
        new(key.Id, key.Name, key.MaxDevices, key.Devices, key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}

/// <summary>All enrolment keys of the customer, newest first, expired and revoked ones too.</summary>
internal sealed record KeyListAnswer(IReadOnlyList<KeyBody> EnrolmentKeys);
