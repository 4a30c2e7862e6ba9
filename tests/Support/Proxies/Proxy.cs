using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Rollcall.Support.Proxies;

/// <summary>
/// Forwards bytes both ways between whoever comes and one port of this machine. What it has opened it can silence: the lines stay
/// open and nothing comes through any more, as when a router forgets them. Lines opened later are forwarded.
/// </summary>
public sealed class Proxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _lines = [];
    private volatile CancellationTokenSource _forwarding = new();

    public Proxy(int port)
    {
        _listener.Start();
        _ = AcceptAsync(port);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Silences every line that is open now.</summary>
    public void Silence()
    {
        var before = _forwarding;
        _forwarding = new CancellationTokenSource();
        before.Cancel();
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var line in _lines)
        {
            line.Dispose();
        }
    }

    private async Task AcceptAsync(int port)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptTcpClientAsync(), port, _forwarding.Token);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient device, int port, CancellationToken silenced)
    {
        var gateway = new TcpClient();
        _lines.Add(device);
        _lines.Add(gateway);
        try
        {
            await gateway.ConnectAsync(IPAddress.Loopback, port, silenced);
            await Task.WhenAny(CopyAsync(device, gateway, silenced), CopyAsync(gateway, device, silenced));
        }
        catch (Exception refused) when (refused is SocketException or OperationCanceledException)
        {
            // Nobody is there.
        }

        if (!silenced.IsCancellationRequested)
        {
            device.Dispose();
            gateway.Dispose();
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to, CancellationToken silenced)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream(), silenced);
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // One of the two is gone, or it was silenced.
        }
    }
}
