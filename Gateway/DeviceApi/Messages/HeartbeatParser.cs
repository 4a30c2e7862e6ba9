using System.Text.Json;
using Rollcall.Devices;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.DeviceApi.Messages;

/// <summary>A beat's body, read in one pass over its bytes: this is the hottest parser of the product.</summary>
internal static class HeartbeatParser
{
    public const int MostBytes = 16 * 1024;
    private static readonly string[] NoObject = ["metrics"];

    /// <summary>Parses a body; an empty one is a healthy beat without metrics.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out HeartbeatPayload payload, out Problem? problem)
    {
        payload = new HeartbeatPayload(false, DeviceHealth.Healthy, null);
        problem = null;
        if (body.IsEmpty)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MostBytes }); // However deep a metric is, it costs itself.
            problem = ReadObject(ref reader, ref payload);
            if (problem is null && reader.Read())
            {
                problem = Problem.Invalid("The body holds more than one JSON value.");
            }
        }
        catch (JsonException malformed)
        {
            problem = Json.Malformed(malformed);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a string.
            problem = Problem.Invalid("The body holds text that is no Unicode.");
        }

        return problem is null;
    }

    private static Problem? ReadObject(ref Utf8JsonReader reader, ref HeartbeatPayload payload)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return Problem.Invalid("The body must be a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metrics"u8))
            {
                ReadMetrics(ref reader, ref payload);
            }
            else if (!reader.ValueTextEquals("status"u8))
            {
                reader.Skip();
            }
            else if (ReadStatus(ref reader, ref payload) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static Problem? ReadStatus(ref Utf8JsonReader reader, ref HeartbeatPayload payload)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            // A status_update of the first system: what it reports are metrics.
            TakeMetrics(ref reader, ref payload);
            return null;
        }

        HeartbeatPayload? read = reader.TokenType switch
        {
            JsonTokenType.Null => payload with { Goodbye = false, Health = DeviceHealth.Healthy },
            JsonTokenType.String when reader.ValueTextEquals("healthy"u8) || reader.ValueTextEquals("online"u8) =>
                payload with { Goodbye = false, Health = DeviceHealth.Healthy },
            JsonTokenType.String when reader.ValueTextEquals("degraded"u8) => payload with { Goodbye = false, Health = DeviceHealth.Degraded },
            JsonTokenType.String when reader.ValueTextEquals("offline"u8) => payload with { Goodbye = true, Health = null },
            _ => null,
        };
        payload = read ?? payload;
        return read is null ? Problem.Invalid("status", "must be healthy, online, degraded or offline.") : null;
    }

    private static void ReadMetrics(ref Utf8JsonReader reader, ref HeartbeatPayload payload)
    {
        reader.Read();
        TakeMetrics(ref reader, ref payload);
    }

    private static void TakeMetrics(ref Utf8JsonReader reader, ref HeartbeatPayload payload)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                payload = payload with { Metrics = null, Ignored = null };
                break;
            case JsonTokenType.StartObject:
                var metrics = new Metrics();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    metrics.Take(ref reader);
                }

                payload = payload with { Metrics = metrics.Write(), Ignored = metrics.Ignored };
                break;
            case JsonTokenType.StartArray when IsEmpty(ref reader):
                // An empty table of PHP or Lua.
                payload = payload with { Metrics = "{}", Ignored = null };
                break;
            default:
                reader.Skip();
                payload = payload with { Metrics = null, Ignored = NoObject };
                break;
        }
    }

    private static bool IsEmpty(ref Utf8JsonReader reader)
    {
        var further = reader;
        if (!further.Read() || further.TokenType != JsonTokenType.EndArray)
        {
            return false;
        }

        reader = further;
        return true;
    }
}
