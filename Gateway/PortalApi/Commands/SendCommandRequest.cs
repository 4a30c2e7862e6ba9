using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Commands;
using Rollcall.Http;

namespace Rollcall.PortalApi.Commands;

/// <summary>Something that a device is to do.</summary>
/// <param name="Command">Its name, as the device knows it.</param>
/// <param name="Parameters">Any JSON.</param>
/// <param name="TtlSeconds">How long it may wait and take, in seconds.</param>
internal sealed record SendCommandRequest(
    [property: IdText(Required = true)] string? Command = null, [property: JsonWithin(16 * 1024)] JsonElement? Parameters = null,
    [property: JsonConverter(typeof(WholeInt64Converter)), Between(1, 604_800, Usual = SendCommandRequest.UsualTtl)] long? TtlSeconds = null)
    : IBody<SendCommandRequest>
{
    private const int UsualTtl = 3_600;

    public static int MostBytes => 20 * 1024;

    [JsonIgnore]
    public TimeSpan Ttl => TimeSpan.FromSeconds(TtlSeconds ?? UsualTtl);
}
