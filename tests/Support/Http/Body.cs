using System.Net;
using System.Text;

namespace Rollcall.Support.Http;

/// <summary>Bodies to send.</summary>
public static class Body
{
    public static HttpContent Json(string text) => Of(text, "application/json");

    public static HttpContent Of(string text, string? contentType) => Of(Encoding.UTF8.GetBytes(text), contentType);

    public static HttpContent Of(byte[] bytes, string? contentType)
    {
        var content = new ByteArrayContent(bytes);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return content;
    }

    /// <summary>Without Content-Length.</summary>
    public static HttpContent Chunked(byte[] bytes)
    {
        var content = new Chunks(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return content;
    }

    private sealed class Chunks(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var some in bytes.Chunk(4_096))
            {
                await stream.WriteAsync(some);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
