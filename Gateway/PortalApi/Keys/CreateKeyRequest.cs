using System.Text.Json.Serialization;
using Rollcall.Http;
using Rollcall.PortalApi.Devices;

namespace Rollcall.PortalApi.Keys;

/// <summary>An enrolment key to make.</summary>
/// <param name="Name">Free text.</param>
/// <param name="MaxDevices">How many devices may join by it; null: any number.</param>
/// <param name="ExpiresAt">Until when, with Z or an offset; null: until it is revoked.</param>
/// <param name="HeartbeatInterval">Of devices that join by it, milliseconds; null: the installation's.</param>
/// <param name="HeartbeatTimeout">Of devices that join by it, milliseconds: at least twice the interval; null: the installation's.</param>
internal sealed record CreateKeyRequest(
    [property: Text(1, Validation.LongestText, Required = true)] string? Name = null,
    [property: JsonConverter(typeof(WholeInt32Converter)), Between(1, 1_000_000, OrNull = true)] int? MaxDevices = null,
    DateTimeOffset? ExpiresAt = null,
    [property: JsonConverter(typeof(WholeInt32Converter)), HeartbeatInterval] int? HeartbeatInterval = null,
    [property: JsonConverter(typeof(WholeInt32Converter)), HeartbeatTimeout] int? HeartbeatTimeout = null) : IBody<CreateKeyRequest>
{
    public static int MostBytes => 16 * 1024;

    void IBody<CreateKeyRequest>.Check(Validation validation, TimeProvider clock)
    {
        if (ExpiresAt <= clock.GetUtcNow())
        {
            validation.Add("expiresAt", "must be in the future, or null.");
        }

        HeartbeatTimes.Check(validation, HeartbeatInterval, HeartbeatTimeout);
    }
}
