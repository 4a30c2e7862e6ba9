using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>Reads and writes JSON bodies: whole, of a bounded size, with Content-Length.</summary>
internal static class Json
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>Writes an answer.</summary>
    public static Task AnswerAsync<T>(HttpContext context, T value, int status, string caching = "no-store")
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = caching;
        return WriteAsync(context, value, WireJson.Of<T>());
    }

    /// <summary>Writes through one buffer, because the length is sent before the body.</summary>
    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, string contentType = ContentType)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = type.Options.Encoder, SkipValidation = true }))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        context.Response.ContentType = contentType;
        context.Response.ContentLength = buffer.WrittenCount;
        if (buffer.WrittenCount > Pieces.Size)
        {
            await Pieces.WriteAsync(context, buffer.WrittenMemory);
            return;
        }

        await context.Response.Body.WriteAsync(buffer.WrittenMemory);
    }

    /// <summary>Parses bytes as <typeparamref name="T"/>.</summary>
    public static (T? Value, Problem? Problem) Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } value
                ? (value, null)
                : (null, Problem.Invalid("The body must be a JSON object, not null."));
        }
        catch (JsonException malformed)
        {
            return (null, Malformed(malformed));
        }
    }

    /// <summary>
    /// Reads the body's bytes into a rented buffer that the caller disposes. They are read as JSON whatever Content-Type says: many devices' HTTP
    /// clients send everything as a form. Other sites' pages gain nothing by that: no call accepts a cookie as a token.
    /// </summary>
    public static async ValueTask<(RentedBytes Body, Problem? Problem)> ReadBytesAsync(HttpRequest request, int mostBytes)
    {
        if (request.ContentLength > mostBytes)
        {
            return (default, Problem.TooLarge($"The body is larger than {mostBytes} bytes."));
        }

        // Of the announced length: a buffer for the largest body would be 32 KB for a beat of 80 bytes.
        var room = (int)(request.ContentLength ?? mostBytes) + 1;
        var bytes = ArrayPool<byte>.Shared.Rent(room);
        var length = 0;
        try
        {
            int read;
            while (length < room && (read = await request.Body.ReadAsync(bytes.AsMemory(length, room - length))) > 0)
            {
                length += read;
            }
        }
        catch (Exception broken)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            if (broken is IOException and not BadHttpRequestException or OperationCanceledException)
            {
                // Whatever its type, it came from the client's stream. A caller of this method could not tell.
                throw new BodyException(broken);
            }

            throw;
        }

        var body = new RentedBytes(bytes, Meant(bytes.AsSpan(0, length)));
        return length > mostBytes ? (body, Problem.TooLarge($"The body is larger than {mostBytes} bytes."))
            : body.Length > 0 && IsEncoded(request) ? (body, Problem.OfStatus(StatusCodes.Status415UnsupportedMediaType))
            : (body, null);
    }

    /// <summary>
    /// The range of the JSON in these bytes: without a byte order mark before it, and without the NUL and blanks that some programs send after it.
    /// </summary>
    public static Range Meant(ReadOnlySpan<byte> bytes)
    {
        var from = bytes.StartsWith("\uFEFF"u8) ? 3 : 0;
        return from..(from + bytes[from..].TrimEnd("\0 \t\r\n"u8).Length);
    }

    public static Problem Malformed(JsonException malformed)
    {
        var member = (malformed.Path ?? "$").TrimStart('$').TrimStart('.');
        return member.Length == 0
            ? Problem.Invalid($"The body is no JSON object as documented (line {malformed.LineNumber}, byte {malformed.BytePositionInLine}).")
            : Problem.Invalid(member, malformed is WrongFormException ? malformed.Message : "has the wrong type or form.");
    }

    private static bool IsEncoded(HttpRequest request) => request.Headers.ContentEncoding is { Count: > 0 } codings
        && codings.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Bytes in a buffer of the shared pool.</summary>
/// <param name="meant">The range of the body in them.</param>
internal readonly struct RentedBytes(byte[] bytes, Range meant) : IDisposable
{
    public int Length => meant.End.Value - meant.Start.Value;

    public ReadOnlySpan<byte> Span => bytes.AsSpan(meant);

    public void Dispose()
    {
        if (bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
