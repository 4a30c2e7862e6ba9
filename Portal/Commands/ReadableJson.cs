using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rollcall.Portal.Commands;

/// <summary>JSON for people: indented, and letters as letters.</summary>
public static class ReadableJson
{
    // Whoever shows it encodes it for HTML.
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonElement json)
    {
        var text = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(text, Options);
        try
        {
            json.WriteTo(writer);
            writer.Flush();
            return Encoding.UTF8.GetString(text.WrittenSpan);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: it can be shown only as it came.
            return json.GetRawText();
        }
    }
}
