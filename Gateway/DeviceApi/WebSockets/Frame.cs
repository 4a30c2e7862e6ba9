using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rollcall.Http;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>One text frame of a device, read in one pass: its type, what is to be echoed, and where its members are.</summary>
/// <param name="Type">Null: it has none.</param>
/// <param name="RequestId">The value as it came, JSON; empty: none.</param>
/// <param name="Payload">
/// The object with the members: that under <c>payload</c> when there is one, as itself or as a text, else the frame itself.
/// </param>
internal readonly record struct Frame(string? Type, ReadOnlyMemory<byte> RequestId, ReadOnlyMemory<byte> Payload)
{
    private const int LongestType = 64;
    private const int LongestRequestId = 256;

    /// <summary>A metric that is nested deeper than others read is a metric that does not fit, and no bad frame.</summary>
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = FrameSocket.MostFrameBytes };

    /// <returns>False: it is no JSON object, or what is to be echoed is neither a text nor a finite number, or too long.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out Frame frame)
    {
        bytes = bytes[Json.Meant(bytes.Span)];
        frame = new Frame(null, default, bytes);
        try
        {
            var reader = new Utf8JsonReader(bytes.Span, AnyDepth);
            return Read(ref reader, bytes, ref frame) && !reader.Read();
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> bytes, ref Frame frame)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var good = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (type, requestId, payload) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("requestId"u8),
                reader.ValueTextEquals("payload"u8));
            reader.Read();
            var (token, from) = (reader.TokenType, (int)reader.TokenStartIndex);
            if (type && token == JsonTokenType.String && reader.ValueSpan.Length <= LongestType)
            {
                frame = frame with { Type = reader.GetString() };
            }

            // Half a surrogate pair throws; U+0000 is refused everywhere.
            good &= !(requestId && token == JsonTokenType.String && reader.GetString()!.Contains('\0', StringComparison.Ordinal));

            good &= !(requestId && token == JsonTokenType.Number && !(reader.TryGetDouble(out var number) && double.IsFinite(number)));

            reader.Skip();
            var value = bytes[from..(int)reader.BytesConsumed];
            if (requestId && token != JsonTokenType.Null)
            {
                good &= token is JsonTokenType.String or JsonTokenType.Number && value.Length <= LongestRequestId;
                frame = frame with { RequestId = value };
            }
            else if (payload && token == JsonTokenType.StartObject)
            {
                frame = frame with { Payload = value };
            }
            else if (payload && token == JsonTokenType.String && Unwrapped(ref reader) is { } text)
            {
                frame = frame with { Payload = text };
            }
        }

        return good;
    }

    public static void WriteTime(Utf8JsonWriter json, DateTimeOffset time) =>
        json.WriteString("timestamp", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>
    /// A frame of this type that answers it: its request id comes back. An answer to one that has none gets its own, as devices of the
    /// first system expect; what nobody asked for has none.
    /// </summary>
    public ReadOnlyMemory<byte> Answer(string type, Action<Utf8JsonWriter>? members)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            members?.Invoke(json);
            if (RequestId.IsEmpty && Type is not null)
            {
                json.WriteString("requestId", Guid.NewGuid().ToString("N"));
            }
            else if (!RequestId.IsEmpty)
            {
                json.WritePropertyName("requestId");
                json.WriteRawValue(RequestId.Span);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <returns>The object that this text is; null: it is none.</returns>
    private static byte[]? Unwrapped(ref Utf8JsonReader reader)
    {
        var text = Encoding.UTF8.GetBytes(reader.GetString()!);
        try
        {
            var inner = new Utf8JsonReader(text, AnyDepth);
            return inner.Read() && inner.TokenType == JsonTokenType.StartObject && inner.TrySkip() && !inner.Read() ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
