using System.Buffers;
using System.Text.Json;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Devices;

/// <summary>A beat's body, read in one pass over its bytes: this is the hottest parser of the product.</summary>
internal static class HeartbeatBody
{
    public const int MostBytes = 16 * 1024;
    private const int MostFurther = 32;
    private const int LongestName = 64;
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>What the beat says; an empty body is a healthy beat without metrics.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out Said said, out Problem? problem)
    {
        said = new Said(false, DeviceHealth.Healthy, null);
        problem = null;
        if (body.IsEmpty)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(body);
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

    private static Problem? ReadObject(ref Utf8JsonReader reader, ref Said said)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return Problem.Invalid("The body must be a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var problem = reader.ValueTextEquals("status"u8) ? ReadStatus(ref reader, ref said)
                : reader.ValueTextEquals("metrics"u8) ? ReadMetrics(ref reader, ref said)
                : Skip(ref reader);
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static Problem? ReadStatus(ref Utf8JsonReader reader, ref Said said)
    {
        reader.Read();
        Said? read = reader.TokenType switch
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

    private static Problem? ReadMetrics(ref Utf8JsonReader reader, ref Said said)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            said = said with { Metrics = null };
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Problem.Invalid("metrics", "must be an object of numbers.");
        }

        var metrics = new Dictionary<string, double>(8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ReadMetric(ref reader, metrics) is { } problem)
            {
                return problem;
            }
        }

        said = said with { Metrics = Write(metrics) };
        return null;
    }

    private static Problem? ReadMetric(ref Utf8JsonReader reader, Dictionary<string, double> metrics)
    {
        var name = reader.GetString()!;
        if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return Problem.Invalid("metrics", $"names must be 1 to {LongestName} of A-Z a-z 0-9 _ . -.");
        }

        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            // Unknown, as everywhere on this wire.
            metrics.Remove(name);
            return null;
        }

        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var value) || !double.IsFinite(value))
        {
            return Problem.Invalid($"metrics.{name}", "must be a finite number.");
        }

        if ((name is "cpu" or "memory" && value is < 0 or > 100) || (name is "uptime" && value < 0))
        {
            return Problem.Invalid($"metrics.{name}", name == "uptime" ? "must not be negative." : "must be 0 to 100 (percent).");
        }

        metrics[name] = value;
        var further = metrics.Count - (metrics.ContainsKey("cpu") ? 1 : 0) - (metrics.ContainsKey("memory") ? 1 : 0) - (metrics.ContainsKey("uptime") ? 1 : 0);
        return further > MostFurther ? Problem.Invalid("metrics", $"must hold no more than {MostFurther} numbers besides cpu, memory and uptime.") : null;
    }

    private static string Write(Dictionary<string, double> metrics)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in metrics)
            {
                writer.WriteNumber(name, value);
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static Problem? Skip(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return null;
    }
}

/// <summary>What a beat says.</summary>
/// <param name="Metrics">JSON object of numbers; null: none said.</param>
internal readonly record struct Said(bool Goodbye, DeviceHealth? Health, string? Metrics);
