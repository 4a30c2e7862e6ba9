using System.Text.Json.Serialization;
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
