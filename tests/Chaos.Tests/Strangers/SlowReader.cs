using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rollcall.Strangers;

/// <summary>A caller that reads its answer as slowly as it likes.</summary>
internal sealed class SlowReader : IDisposable
{
    private readonly Socket _socket =
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
    private readonly byte[] _buffer = new byte[2048];

    /// <summary>Bytes that it has read.</summary>
    public long Read { get; private set; }

    public async Task AskAsync(int port, string path)
    {
        await _socket.ConnectAsync(IPAddress.Loopback, port);
        await _socket.SendAsync(
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")));
    }

    /// <summary>Reads up to 2 KiB.</summary>
    /// <returns>False when the connection has ended.</returns>
    public async Task<bool> SipAsync()
    {
        var read = await _socket.ReceiveAsync(_buffer);
        Read += read;
        return read > 0;
    }

    public void Dispose() => _socket.Dispose();
}
