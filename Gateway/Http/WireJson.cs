using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rollcall.Commands;
using Rollcall.DeviceApi.Messages;
using Rollcall.DeviceApi.Rest;
using Rollcall.Devices;
using Rollcall.Health;
using Rollcall.Http.Problems;
using Rollcall.PortalApi.Commands;
using Rollcall.PortalApi.Devices;
using Rollcall.PortalApi.Events;
using Rollcall.PortalApi.Hub;
using Rollcall.PortalApi.Keys;

namespace Rollcall.Http;

/// <summary>Serializers of all JSON on the wire, generated at build time: names are camelCase, null is written, times have three decimals.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    Converters =
    [
        typeof(TimeConverter), typeof(WireNameConverter<DeviceStatus>), typeof(WireNameConverter<DeviceHealth>),
        typeof(WireNameConverter<DeviceMode>), typeof(WireNameConverter<PresenceReason>),
        typeof(WireNameConverter<DeviceState>),
        typeof(WireNameConverter<CommandStatus>),
    ])]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(AuthRequest))]
[JsonSerializable(typeof(AuthAnswer))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(RegisterAnswer))]
[JsonSerializable(typeof(HeartbeatRequest))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(DeviceBody))]
[JsonSerializable(typeof(DeviceListAnswer))]
[JsonSerializable(typeof(CreateDeviceRequest))]
[JsonSerializable(typeof(CreatedDevice))]
[JsonSerializable(typeof(ReplaceSecretRequest))]
[JsonSerializable(typeof(ReplacedSecret))]
[JsonSerializable(typeof(PatchDeviceRequest))]
[JsonSerializable(typeof(EventListAnswer))]
[JsonSerializable(typeof(FleetEventListAnswer))]
[JsonSerializable(typeof(DateTimeOffset))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(SendCommandRequest))]
[JsonSerializable(typeof(CommandBody))]
[JsonSerializable(typeof(CommandListAnswer))]
[JsonSerializable(typeof(DeviceCommandBody))]
[JsonSerializable(typeof(CommandResultRequest))]
[JsonSerializable(typeof(SuccessAnswer))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(CreatedKey))]
[JsonSerializable(typeof(KeyListAnswer))]
[JsonSerializable(typeof(WatchRequest))]
[JsonSerializable(typeof(WatchAnswer))]
[JsonSerializable(typeof(DeviceStatusBody))]
[JsonSerializable(typeof(object[]))]
[JsonSerializable(typeof(RemovedBody))]
[JsonSerializable(typeof(CountsBody))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(VersionAnswer))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>The serializer of a type that is listed here.</summary>
    public static JsonTypeInfo<T> Of<T>() => Cache<T>.Type;

    private static class Cache<T>
    {
        public static readonly JsonTypeInfo<T> Type = (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!;
    }
}

/// <summary>UTC with three decimals and a Z, so that times sort as text.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    /// <summary>Refuses a time without Z or an offset, which would be read in the server's own time zone. Cuts it to three decimals.</summary>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException();
        return text.Length > 19 && (text[^1] is 'Z' || text[^6] is '+' or '-') && reader.TryGetDateTimeOffset(out var time)
            ? DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds())
            : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}

/// <summary>Writes and reads an enum by its wire name.</summary>
internal sealed class WireNameConverter<T> : JsonConverter<T> where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && WireNames.TryParse<T>(reader.GetString(), out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(WireNames.Of(value));
}
