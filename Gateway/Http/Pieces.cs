namespace Rollcall.Http;

/// <summary>
/// Writes bytes a piece at a time. The server copies what it is given into the connection's buffer before it waits: given a
/// whole body, each slow reader would have a copy of it.
/// </summary>
internal static class Pieces
{
    /// <summary>Bytes of one piece. With what the server buffers (64 KiB) the most that a slow reader holds.</summary>
    public const int Size = 32 * 1024;

    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes)
    {
        for (var rest = bytes; rest.Length > 0; rest = rest[Math.Min(Size, rest.Length)..])
        {
            await context.Response.Body.WriteAsync(rest[..Math.Min(Size, rest.Length)], context.RequestAborted);
        }
    }
}
