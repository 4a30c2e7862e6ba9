using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rollcall.Running;

namespace Rollcall.Connections;

/// <summary>A connection that says exactly what a test lets it say.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TcpClient _tcp;

    private RawClient(TcpClient tcp) => _tcp = tcp;

    public static async Task<RawClient> ConnectAsync(TestGateway gateway, string? from = null, int? port = null)
    {
        var tcp = new TcpClient(new IPEndPoint(from is null ? IPAddress.Loopback : IPAddress.Parse(from), 0));
        try
        {
            await tcp.ConnectAsync(IPAddress.Loopback, port ?? gateway.Address.Port);
        }
        catch (SocketException)
        {
            // Refused before it knew that it was connected; what follows shows it.
        }

        return new RawClient(tcp);
    }

    public async Task SayAsync(string text) => await _tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Says it and returns the answer's status.</summary>
    public async Task<int> AskAsync(string request)
    {
        await SayAsync(request);
        var buffer = new byte[16 * 1024];
        using var patience = new CancellationTokenSource(Patience);
        var read = await _tcp.GetStream().ReadAsync(buffer, patience.Token);
        return read == 0 ? 0 : int.Parse(Encoding.ASCII.GetString(buffer, 9, 3));
    }

    public static string Get(string path, string more = "") => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n";

    public static string Beat(string token) => $"POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nX-Device-Session: {token}\r\n\r\n";

    /// <summary>Reads until the server closes.</summary>
    /// <returns>How long that took; longer than <paramref name="within"/>: it did not.</returns>
    public async Task<TimeSpan> ClosedAfterAsync(TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        using var patience = new CancellationTokenSource(within);
        var buffer = new byte[4 * 1024];
        try
        {
            while (await _tcp.GetStream().ReadAsync(buffer, patience.Token) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            return TimeSpan.MaxValue;
        }
        catch (Exception closed) when (closed is IOException or InvalidOperationException)
        {
            // A reset is a close.
        }

        return watch.Elapsed;
    }

    public void Dispose() => _tcp.Dispose();
}
