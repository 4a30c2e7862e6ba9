using System.Text.Json;
using Rollcall.Devices;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.DeviceApi.Messages;

/// <summary>A beat's body, read in one pass over its bytes: this is the hottest parser of the product.</summary>
internal static class HeartbeatBody
{
    public const int MostBytes = 16 * 1024;
    private static readonly string[] NoObject = ["metrics"];

    /// <summary>What the beat says; an empty body is a healthy beat without metrics.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out HeartbeatPayload said, out Problem? problem)
    {
        said = new HeartbeatPayload(false, DeviceHealth.Healthy, null);
        problem = null;
        if (body.IsEmpty)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MostBytes }); // However deep a metric is, it costs itself.
            problem = ReadObject(ref reader, ref said);
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

    private static Problem? ReadObject(ref Utf8JsonReader reader, ref HeartbeatPayload said)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return Problem.Invalid("The body must be a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metrics"u8))
            {
                ReadMetrics(ref reader, ref said);
            }
            else if (!reader.ValueTextEquals("status"u8))
            {
                reader.Skip();
            }
            else if (ReadStatus(ref reader, ref said) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static Problem? ReadStatus(ref Utf8JsonReader reader, ref HeartbeatPayload said)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            // A status_update of the first system: what it reports are metrics.
            TakeMetrics(ref reader, ref said);
            return null;
        }

        HeartbeatPayload? read = reader.TokenType switch
        {
            JsonTokenType.Null => said with { Goodbye = false, Health = DeviceHealth.Healthy },
            JsonTokenType.String when reader.ValueTextEquals("healthy"u8) || reader.ValueTextEquals("online"u8) =>
                said with { Goodbye = false, Health = DeviceHealth.Healthy },
            JsonTokenType.String when reader.ValueTextEquals("degraded"u8) => said with { Goodbye = false, Health = DeviceHealth.Degraded },
            JsonTokenType.String when reader.ValueTextEquals("offline"u8) => said with { Goodbye = true, Health = null },
            _ => null,
        };
        said = read ?? said;
        return read is null ? Problem.Invalid("status", "must be healthy, online, degraded or offline.") : null;
    }

    private static void ReadMetrics(ref Utf8JsonReader reader, ref HeartbeatPayload said)
    {
        reader.Read();
        TakeMetrics(ref reader, ref said);
    }

    private static void TakeMetrics(ref Utf8JsonReader reader, ref HeartbeatPayload said)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                said = said with { Metrics = null, Ignored = null };
                break;
            case JsonTokenType.StartObject:
                var metrics = new Metrics();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    metrics.Take(ref reader);
                }

                said = said with { Metrics = metrics.Write(), Ignored = metrics.Ignored };
                break;
            case JsonTokenType.StartArray when IsEmpty(ref reader):
                // An empty table of PHP or Lua.
                said = said with { Metrics = "{}", Ignored = null };
                break;
            default:
                reader.Skip();
                said = said with { Metrics = null, Ignored = NoObject };
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
