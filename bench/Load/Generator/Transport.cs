using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Rollcall.Load.Generator;

/// <summary>How beats are sent over a connection: the bytes of the next one, and where an answer ends in the bytes received.</summary>
internal abstract class Transport
{
    /// <summary>Prepares the connection before the first beat. Blocks.</summary>
    public abstract void Open(Socket socket);

    public abstract ReadOnlySpan<byte> Next();

    /// <returns>False: the answer is not complete yet.</returns>
    public abstract bool TryRead(ReadOnlySpan<byte> received, out ReceivedAnswer message);
}

/// <summary>One whole message of a server.</summary>
internal readonly ref struct ReceivedAnswer(int length, int status, ReadOnlySpan<byte> body, bool isAnswer)
{
    public int Length => length;

    /// <summary>As over HTTP.</summary>
    public int Status => status;

    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>It answers a beat.</summary>
    public bool IsAnswer => isAnswer;
}

/// <summary>Over HTTP/1.1, keep-alive.</summary>
internal sealed class RestTransport(Beat beat) : Transport
{
    public override void Open(Socket socket)
    {
    }

    public override ReadOnlySpan<byte> Next() => beat.Next();

    public override bool TryRead(ReadOnlySpan<byte> received, out ReceivedAnswer message)
    {
        var whole = Answer.TryRead(received, out var answer);
        message = whole ? new ReceivedAnswer(answer.Length, answer.Status, answer.Body, isAnswer: true) : default;
        return whole;
    }
}

/// <summary>Over the device's WebSocket. Frames are masked with zeros: the server is measured, not the masking.</summary>
internal sealed class SocketTransport : Transport
{
    private const byte Text = 0x81;
    private const byte Ping = 0x89;
    private readonly Beat _beat;
    private readonly byte[] _frame;
    private Socket? _socket;

    public SocketTransport(Beat beat)
    {
        _beat = beat;
        var body = Encoding.ASCII.GetBytes($$"""{"type":"heartbeat",{{Encoding.ASCII.GetString(beat.Body)[1..]}}""");
        _frame = [Text, 0x80 | 126, (byte)(body.Length >> 8), (byte)body.Length, 0, 0, 0, 0, .. body];
    }

    public override void Open(Socket socket)
    {
        _socket = socket;
        socket.Send(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"GET /api/v1/device/ws HTTP/1.1\r\nHost: localhost\r\nX-Device-Session: {_beat.Token}\r\nConnection: Upgrade\r\nUpgrade: "
                + $"websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")));
        var head = new List<byte>();
        Span<byte> one = stackalloc byte[1];
        while (!Encoding.ASCII.GetString([.. head]).EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (socket.Receive(one) == 0)
            {
                throw new LoadException("The handshake was not answered.");
            }

            head.Add(one[0]);
        }

        if (!Encoding.ASCII.GetString([.. head]).StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            throw new LoadException($"The handshake was answered {Encoding.ASCII.GetString([.. head])[9..12]}.");
        }
    }

    public override ReadOnlySpan<byte> Next()
    {
        // The digits that change from beat to beat are where the other way has them.
        var body = _beat.NextBody();
        body[1..].CopyTo(_frame.AsSpan(_frame.Length - body.Length + 1));
        return _frame;
    }

    public override bool TryRead(ReadOnlySpan<byte> received, out ReceivedAnswer message)
    {
        message = default;
        if (received.Length < 4)
        {
            return false;
        }

        var (at, length) = received[1] == 126 ? (4, BinaryPrimitives.ReadUInt16BigEndian(received[2..])) : (2, (int)received[1]);
        if (received.Length < at + length)
        {
            return false;
        }

        var body = received.Slice(at, length);
        if (received[0] == Ping)
        {
            _socket!.Send([0x8A, (byte)(0x80 | length), 0, 0, 0, 0, .. body]);
        }
        else if (received[0] != Text)
        {
            throw new LoadException("The server closed the socket.");
        }

        var answers = received[0] == Text && body.IndexOf("\"connected\""u8) < 0;
        message = new ReceivedAnswer(at + length, body.IndexOf("\"heartbeat_ack\""u8) >= 0 ? 200 : 400, body, answers);
        return true;
    }
}
