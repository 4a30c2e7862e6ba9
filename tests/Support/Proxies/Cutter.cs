using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rollcall.Support.Proxies;

/// <summary>
/// Forwards bytes both ways between whoever comes and one port of this machine, and cuts lines: all that are open, as a proxy whose
/// patience with silence is over, or the one by which a certain thing is said, when that was forwarded and its answer comes.
/// </summary>
public sealed class Cutter : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Line, byte> _lines = new();
    private volatile byte[]? _awaited;
    private int _cuts;

    public Cutter(int port)
    {
        _listener.Start();
        _ = AcceptAsync(port);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Answers that did not come through.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Forwards the next words in which this stands, and not their answer.</summary>
    public void CutAnswerTo(string words) => _awaited = Encoding.UTF8.GetBytes(words);

    /// <summary>Ends every line that is open now, in order: both ends are told.</summary>
    public void CutAll()
    {
        foreach (var line in _lines.Keys)
        {
            line.Dispose();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        CutAll();
    }

    private async Task AcceptAsync(int port)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptTcpClientAsync(), port);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient client, int port)
    {
        using var line = new Line(client, new TcpClient());
        _lines[line] = 0;
        try
        {
            await line.Server.ConnectAsync(IPAddress.Loopback, port);
            await await Task.WhenAny(SayAsync(line), AnswerAsync(line));
        }
        catch (Exception over) when (over is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two is gone, or it was cut.
        }

        _lines.TryRemove(line, out _);
    }

    private async Task SayAsync(Line line)
    {
        var buffer = new byte[64 * 1024];
        while (await line.Client.GetStream().ReadAsync(buffer) is > 0 and var read)
        {
            if (_awaited is { } awaited && buffer.AsSpan(0, read).IndexOf(awaited) >= 0)
            {
                (_awaited, line.IsDoomed) = (null, true);
            }

            await line.Server.GetStream().WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private async Task AnswerAsync(Line line)
    {
        var buffer = new byte[64 * 1024];
        while (await line.Server.GetStream().ReadAsync(buffer) is > 0 and var read)
        {
            if (line.IsDoomed)
            {
                Interlocked.Increment(ref _cuts);
                return;
            }

            await line.Client.GetStream().WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private sealed class Line(TcpClient client, TcpClient server) : IDisposable
    {
        private volatile bool _isDoomed;

        public TcpClient Client => client;

        public TcpClient Server => server;

        public bool IsDoomed
        {
            get => _isDoomed;
            set => _isDoomed = value;
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
