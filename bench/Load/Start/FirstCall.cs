using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rollcall.Load.Generator;

namespace Rollcall.Load.Start;

/// <summary>One device's calls on one connection: the first that the server accepts.</summary>
internal sealed class FirstCall(int port, Beat beat, string credential) : IDisposable
{
    private const int TimeoutMilliseconds = 10_000;
    private Socket _socket = NewSocket();
    private readonly byte[] _received = new byte[16 * 1024];
    private SocketTransport? _frames;

    public static void Beat(FirstCall first)
    {
        var rest = new RestTransport(first.Device);
        first.Ask(rest.Next(), rest);
    }

    /// <summary>With the handshake, when it is the first.</summary>
    public static void Frame(FirstCall first)
    {
        if (first._frames is null)
        {
            first._frames = new SocketTransport(first.Device);
            first._frames.Open(first._socket);
        }

        first.Ask(first._frames.Next(), first._frames);
    }

    public static void SignIn(FirstCall first)
    {
        first.Ask(Request("POST /api/v1/device/auth", first.Credential), new RestTransport(first.Device));
    }

    /// <summary>Whether somebody accepts; then it is the connection of the calls.</summary>
    public bool TryConnect()
    {
        try
        {
            _socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            _socket.Dispose();
            _socket = NewSocket();
            return false;
        }
    }

    public static bool IsReady(int port)
    {
        using var socket = NewSocket();
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            socket.Send(Request("GET /readyz", ""));
            var received = new byte[4096];
            return socket.Receive(received) > 0 && received.AsSpan().StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();

    private Beat Device => beat;

    private string Credential => credential;

    private static Socket NewSocket() =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = TimeoutMilliseconds };

    private static byte[] Request(string line, string json) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}"));

    private void Ask(ReadOnlySpan<byte> request, Transport transport)
    {
        _socket.Send(request);
        for (var length = 0; ;)
        {
            var read = _socket.Receive(_received.AsSpan(length));
            length += read > 0 ? read : throw new LoadException("closed");
            while (transport.TryRead(_received.AsSpan(0, length), out var message))
            {
                if (message.IsAnswer)
                {
                    Take(message);
                    return;
                }

                _received.AsSpan(message.Length, length - message.Length).CopyTo(_received);
                length -= message.Length;
            }
        }
    }

    private void Take(ReceivedAnswer answer)
    {
        if (answer.Status != 200)
        {
            throw new LoadException(string.Create(CultureInfo.InvariantCulture, $"answered {answer.Status}"));
        }

        if (answer.Body.IndexOf("\"stored\":true"u8) >= 0)
        {
            beat.Acknowledge(answer.Body);
        }
    }
}
