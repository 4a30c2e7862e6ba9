using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Auth;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Http;

namespace Rollcall.PortalApi.Hub;

/// <summary>What to watch. Replaces what was watched before.</summary>
/// <param name="Statuses">Those in one of these; null: in any.</param>
/// <param name="DeviceIds">These; null: all.</param>
/// <param name="Q">Substring of id or name, any case.</param>
/// <param name="Limit">Devices at most; default 5,000.</param>
/// <param name="Acknowledge">The client answers each <c>device_mark</c> with <c>Ack</c>; default false.</param>
internal sealed record WatchRequest(
    IReadOnlyList<DeviceStatus>? Statuses, IReadOnlyList<string>? DeviceIds, string? Q,
    [property: JsonConverter(typeof(WholeInt32Converter))] int? Limit, bool? Acknowledge)
{
    private const int UsualLimit = 5_000;

    /// <summary>Read by hand: what SignalR cannot read it refuses without a code.</summary>
    /// <exception cref="HubRefusal">INVALID_REQUEST, with the member.</exception>
    public static (WatchQuery Query, bool Acknowledges) Read(JsonElement json)
    {
        try
        {
            var request = json.Deserialize(WireJson.Default.WatchRequest) ?? new WatchRequest(null, null, null, null, null);
            return (request.Check(), request.Acknowledge == true);
        }
        catch (WrongFormException wrong)
        {
            throw HubRefusal.Invalid($"{wrong.Path?.TrimStart('$', '.')} {wrong.Message}");
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            var path = (unreadable as JsonException)?.Path;
            throw HubRefusal.Invalid(path?.StartsWith("$.statuses", StringComparison.Ordinal) == true
                ? $"statuses must be a list of {string.Join(" and ", Enum.GetValues<DeviceStatus>().Select(WireNames.Of))}."
                : $"this cannot be read{(path is null ? "" : " at " + path)}.");
        }
    }

    /// <summary>A list of device ids, or null.</summary>
    /// <exception cref="HubRefusal">INVALID_REQUEST.</exception>
    public static IReadOnlyList<string>? ReadIds(JsonElement json)
    {
        try
        {
            return CheckIds(json.Deserialize(WireJson.Default.IReadOnlyListString));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            throw HubRefusal.Invalid("deviceIds must be a list of ids, or null.");
        }
    }

    private static IReadOnlyList<string>? CheckIds(IReadOnlyList<string>? ids) =>
        ids is null || (ids.Count <= DeviceFilter.MostIds && ids.All(Ids.IsValid))
            ? ids
            : throw HubRefusal.Invalid($"deviceIds must be at most {DeviceFilter.MostIds} ids, each {Ids.Rule}.");

    private WatchQuery Check()
    {
        if (Limit is < 1 or > UsualLimit)
        {
            throw HubRefusal.Invalid($"limit must be 1 to {UsualLimit}.");
        }

        CheckIds(DeviceIds);
        return SearchText.IsValid(Q)
            ? new WatchQuery(Statuses?.Distinct().ToArray(), DeviceIds?.Distinct().ToArray(), Q, Limit ?? UsualLimit)
            : throw HubRefusal.Invalid($"q must be {SearchText.Rule}.");
    }
}
