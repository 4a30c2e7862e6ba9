using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.Health;

/// <summary>
/// <c>GET</c> or <c>HEAD /health</c>: 200 or 503, for probes of the machine or container; a page that cannot open costs a warning.
/// Plain sockets: it answers under any host name and needs no rights on Windows.
/// </summary>
internal sealed class HealthEndpoint : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private readonly TcpListener _listener;
    private readonly Func<HealthPage> _page;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();

    private HealthEndpoint(TcpListener listener, Func<HealthPage> page, TimeProvider clock)
    {
        _listener = listener;
        _page = page;
        _clock = clock;
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Null when the port cannot be had.</summary>
    public static HealthEndpoint? Open(IPAddress host, int port, Func<HealthPage> page, TimeProvider clock, Log log)
    {
        var listener = new TcpListener(host, port);
        try
        {
            listener.Start();
        }
        catch (SocketException error)
        {
            log.Warn($"The health page cannot open at {host}, HEALTH_PORT {port} ({error.SocketErrorCode}); carrying on without.");
            listener.Dispose();
            return null;
        }

        var endpoint = new HealthEndpoint(listener, page, clock);
        _ = endpoint.ServeAsync();
        log.Debug($"health page at {host}, port {endpoint.Port}");
        return endpoint;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = AnswerAsync(await _listener.AcceptSocketAsync(stop), stop);
            }
            catch (SocketException)
            {
                // Out of sockets, say: no spinning.
                await Task.Delay(Timeout, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(Socket socket, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var asked = await RequestLineAsync(stream, either.Token);
            await stream.WriteAsync(asked is ["GET" or "HEAD", "/health", ..] ? Page(whole: asked[0] == "GET") : NotFound(), either.Token);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // The asker's trouble.
        }
    }

    private static async Task<string[]> RequestLineAsync(NetworkStream stream, CancellationToken stop)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var first = await reader.ReadLineAsync(stop);
        for (var lines = 0; lines < 100 && !string.IsNullOrEmpty(await reader.ReadLineAsync(stop)); lines++)
        {
        }

        return first?.Split(' ', '?') ?? [];
    }

    private byte[] Page(bool whole)
    {
        var page = _page();
        var body = JsonSerializer.SerializeToUtf8Bytes(page, HealthJson.Default.HealthPage);
        return [.. Head(page.Healthy ? "200 OK" : "503 Service Unavailable", body.Length), .. whole ? body : []];
    }

    private static byte[] NotFound() => Head("404 Not Found", 0);

    private static byte[] Head(string status, int length) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n");
}
