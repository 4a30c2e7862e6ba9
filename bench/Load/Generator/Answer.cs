using System.Buffers.Text;

namespace Rollcall.Load.Generator;

/// <summary>One HTTP/1.1 answer with a Content-Length, found in the bytes received so far.</summary>
internal readonly ref struct Answer
{
    private const int StatusAt = 9; // After "HTTP/1.1 ".

    private Answer(int status, ReadOnlySpan<byte> body, int length)
    {
        Status = status;
        Body = body;
        Length = length;
    }

    public int Status { get; }

    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Bytes of head and body.</summary>
    public int Length { get; }

    /// <summary>Whether <paramref name="received"/> begins with a whole answer.</summary>
    /// <exception cref="LoadException">What came is no such answer.</exception>
    public static bool TryRead(ReadOnlySpan<byte> received, out Answer answer)
    {
        answer = default;
        var headEnd = received.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return false;
        }

        var head = received[..(headEnd + 2)];
        var bodyAt = headEnd + 4;
        var bodyLength = ContentLength(head);
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[StatusAt..], out int status, out _))
        {
            throw new LoadException("A server answered with something that is no HTTP/1.1.");
        }

        if (received.Length < bodyAt + bodyLength)
        {
            return false;
        }

        answer = new Answer(status, received.Slice(bodyAt, bodyLength), bodyAt + bodyLength);
        return true;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : 0;
    }
}
