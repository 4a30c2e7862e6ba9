using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Rollcall.Load.Generator;

namespace Rollcall.Load.Restart;

/// <summary>One device that retries one call as docs/protocol.md asks devices to, until it succeeds.</summary>
internal sealed class Knocker(int port, byte[] request, Rush rush, Random random) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly byte[] _received = new byte[4096];
    private Socket? _socket;
    private int _retryAfter;

    /// <summary>Ends when it is served, or cancelled.</summary>
    public async Task KnockAsync(CancellationToken over)
    {
        for (var failures = 1; !await TryAsync(over) && !over.IsCancellationRequested; failures++)
        {
            var backoff = random.NextDouble() * Math.Min(60, Math.Pow(2, failures));
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(_retryAfter, backoff)), TimeProvider.System, over)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _socket?.Dispose();

    private async Task<bool> TryAsync(CancellationToken over)
    {
        var began = Stopwatch.GetTimestamp();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(over);
        timeout.CancelAfter(Timeout);
        _retryAfter = 0;
        try
        {
            var status = await AskAsync(timeout.Token);
            rush.Answered(status, Stopwatch.GetElapsedTime(began), _retryAfter);
            return status is 200 or 202;
        }
        catch (Exception failed) when (failed is SocketException or OperationCanceledException or LoadException)
        {
            _socket?.Dispose();
            _socket = null;
            if (!over.IsCancellationRequested)
            {
                rush.Unanswered(failed is OperationCanceledException);
            }

            return false;
        }
    }

    private async Task<int> AskAsync(CancellationToken timeout)
    {
        if (_socket is null)
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await _socket.ConnectAsync(IPAddress.Loopback, port, timeout);
        }

        await _socket.SendAsync(request, timeout);
        for (var length = 0; ;)
        {
            var read = await _socket.ReceiveAsync(_received.AsMemory(length), timeout);
            length += read > 0 ? read : throw new LoadException("closed");
            if (Take(length) is { } status)
            {
                return status;
            }
        }
    }

    private int? Take(int length)
    {
        var received = _received.AsSpan(0, length);
        if (!Answer.TryRead(received, out var answer))
        {
            return null;
        }

        var name = "\r\nRetry-After: "u8;
        var at = received.IndexOf(name);
        _retryAfter = at >= 0 && Utf8Parser.TryParse(received[(at + name.Length)..], out int seconds, out _) ? seconds : 0;
        return answer.Status;
    }
}
