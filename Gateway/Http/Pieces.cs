namespace Rollcall.Http;

/// <summary>
/// Writes bytes in pieces. The server copies what it is given into the connection's buffer before it waits: given a whole body, it would hold a copy
/// for each slow reader.
/// </summary>
internal static class Pieces
{
    /// <summary>Bytes of one piece. For a slow reader the server holds this and its own buffer (64 KiB) at most.</summary>
    public const int Size = 32 * 1024;

    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes)
    {
        for (var rest = bytes; rest.Length > 0; rest = rest[Math.Min(Size, rest.Length)..])
        {
            await context.Response.Body.WriteAsync(rest[..Math.Min(Size, rest.Length)], context.RequestAborted);
        }
    }
}
