using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rollcall.Running;

/// <summary>A client that writes its bytes itself, and need not be polite.</summary>
public sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private RawClient()
    {
    }

    /// <param name="from">One of this machine's addresses; null: the usual one.</param>
    /// <param name="port">Null: PORT.</param>
    public static async Task<RawClient> ConnectAsync(TestGateway gateway, string? from = null, int? port = null)
    {
        var client = new RawClient();
        client._socket.Bind(new IPEndPoint(from is null ? IPAddress.Loopback : IPAddress.Parse(from), 0));
        try
        {
            await client._socket.ConnectAsync(IPAddress.Loopback, port ?? gateway.Address.Port);
        }
        catch (SocketException)
        {
            // Refused before it knew that it was connected; what follows shows it.
        }

        return client;
    }

    public static string Get(string path, string more = "") => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n";

    public static string Beat(string token) =>
        $"POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nX-Device-Session: {token}\r\n\r\n";

    public static async Task<RawClient> SayingAsync(TestGateway gateway, string text)
    {
        var client = await ConnectAsync(gateway);
        await client.SayAsync(text);
        return client;
    }

    public Task SayAsync(string text) => SayAsync(Encoding.Latin1.GetBytes(text));

    /// <exception cref="IOException">It was closed.</exception>
    public async Task SayAsync(byte[] bytes)
    {
        try
        {
            await _socket.SendAsync(bytes);
        }
        catch (SocketException closed)
        {
            throw new IOException(closed.Message, closed);
        }
    }

    /// <summary>Says it and returns the answer's status; 0: it was closed.</summary>
    public async Task<int> AskAsync(string request)
    {
        await SayAsync(request);
        var buffer = new byte[16 * 1024];
        using var patience = new CancellationTokenSource(Timeout);
        var read = 0;
        try
        {
            read = await _socket.ReceiveAsync(buffer, patience.Token);
        }
        catch (SocketException)
        {
            // A reset is a close.
        }

        return read == 0 ? 0 : int.Parse(Encoding.ASCII.GetString(buffer, 9, 3), CultureInfo.InvariantCulture);
    }

    /// <summary>Reads until the server closes.</summary>
    /// <returns>How long that took; longer than <paramref name="within"/>: it did not.</returns>
    public async Task<TimeSpan> ClosedAfterAsync(TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        using var patience = new CancellationTokenSource(within);
        var buffer = new byte[4 * 1024];
        try
        {
            while (await _socket.ReceiveAsync(buffer, patience.Token) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            return TimeSpan.MaxValue;
        }
        catch (SocketException)
        {
            // A reset is a close.
        }

        return watch.Elapsed;
    }

    /// <summary>Says that nothing more comes, and still listens.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks off: what is on its way is lost, and the other end gets an RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>What comes until it contains this.</summary>
    public async Task<string> HearAsync(string until)
    {
        var heard = "";
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(Timeout);
        while (!heard.Contains(until, StringComparison.Ordinal))
        {
            var read = await _socket.ReceiveAsync(buffer, patience.Token);
            Assert.True(read > 0, $"Closed before '{until}': {heard}");
            heard += Encoding.Latin1.GetString(buffer, 0, read);
        }

        return heard;
    }

    /// <summary>All that comes until the other end closes.</summary>
    public async Task<string> HearAllAsync()
    {
        var heard = "";
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(Timeout);
        try
        {
            while (await _socket.ReceiveAsync(buffer, patience.Token) is > 0 and var read)
            {
                heard += Encoding.Latin1.GetString(buffer, 0, read);
            }
        }
        catch (SocketException)
        {
            // It closed over what it had not read.
        }

        return heard;
    }

    public void Dispose() => _socket.Dispose();
}
