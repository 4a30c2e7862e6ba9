using System.Buffers;
using System.Net.WebSockets;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>
/// One device's socket: it reads frames one after the other, and sends from a bounded queue. While it is idle it holds no buffer, and no
/// task of its own but the pending read.
/// </summary>
internal sealed class FrameSocket(WebSocket socket, DeviceConnectionSettings settings) : IDisposable
{
    public const int MostFrameBytes = 64 * 1024;
    private const int FirstBuffer = 4 * 1024;
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _gate = new();
    private readonly Queue<Outgoing> _waiting = new(0);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _sending;
    private CloseFrame? _closing;
    private bool _isClosing;

    /// <summary>This side closes it: further frames of the device are ignored.</summary>
    public bool IsClosing => Volatile.Read(ref _isClosing);

    /// <summary>Reads frames until the socket ends, and passes each on: its text, or null when it is no text frame.</summary>
    public async Task ReadAsync(Func<ReadOnlyMemory<byte>?, ValueTask> take)
    {
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            // Reads no bytes, so it waits without a buffer. It completes for a close, and for an empty frame.
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, _abort.Token);
            if (first.MessageType == WebSocketMessageType.Close)
            {
                await AnswerCloseAsync();
                return;
            }

            if (first.EndOfMessage)
            {
                await HandOverAsync(first.MessageType, default, take);
            }
            else
            {
                await ReadFrameAsync(take);
            }
        }
    }

    /// <summary>Queues a frame. When the queue is full, the socket is aborted.</summary>
    public void Send(ReadOnlyMemory<byte> frame) => Send(new Outgoing(frame, [], null));

    /// <summary>Several frames, which count as one.</summary>
    /// <param name="written">Called when the last of them has been taken.</param>
    public void Send(ReadOnlyMemory<byte>[] frames, Action written) => Send(new Outgoing(frames[0], frames[1..], written));

    private void Send(Outgoing next)
    {
        lock (_gate)
        {
            if (_closing is not null)
            {
                return;
            }

            if (_sending && _waiting.Count >= settings.Queue)
            {
                _abort.Cancel();
                return;
            }

            _waiting.Enqueue(next);
            BeginSending();
        }
    }

    /// <summary>Closes after all queued frames are sent; aborts when the device does not answer in time.</summary>
    public void Close(CloseFrame last)
    {
        lock (_gate)
        {
            if (_closing is null)
            {
                _closing = last;
                Volatile.Write(ref _isClosing, true);
                _abort.CancelAfter(settings.Timeout);
                BeginSending();
            }
        }
    }

    /// <summary>As <see cref="Close"/>; returns when the close is written, or cannot be.</summary>
    public Task CloseAsync(CloseFrame last)
    {
        Close(last);
        return _closed.Task;
    }

    public void Dispose()
    {
        _abort.Cancel();
        socket.Dispose();
    }

    /// <summary>Answers with the device's own code, as the protocol asks, before the socket is disposed of.</summary>
    private Task AnswerCloseAsync() =>
        CloseAsync(new(socket.CloseStatus is { } code && code != WebSocketCloseStatus.Empty ? code : WebSocketCloseStatus.NormalClosure, ""));

    private async ValueTask ReadFrameAsync(Func<ReadOnlyMemory<byte>?, ValueTask> take)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            for (var length = 0; ;)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(length), _abort.Token);
                length += read.Count;
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    await AnswerCloseAsync();
                    return;
                }

                if (length > MostFrameBytes)
                {
                    Close(CloseCodes.Of(ReasonCode.TooLarge));
                    length = 0;
                }

                if (read.EndOfMessage)
                {
                    await HandOverAsync(read.MessageType, buffer.AsMemory(0, length), take);
                    return;
                }

                if (length == buffer.Length)
                {
                    buffer = Grown(buffer);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Passes a frame on; while the socket is closing, frames are dropped.</summary>
    private ValueTask HandOverAsync(WebSocketMessageType kind, ReadOnlyMemory<byte> frame, Func<ReadOnlyMemory<byte>?, ValueTask> take) =>
        IsClosing ? ValueTask.CompletedTask : take(kind == WebSocketMessageType.Text ? frame : default(ReadOnlyMemory<byte>?));

    private static byte[] Grown(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Under the lock.</summary>
    private void BeginSending() => _ = _sending ? null : SendAsync();

    private async Task SendAsync()
    {
        _sending = true;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (TryNext(out var next))
            {
                await WriteAsync(next.First);
                foreach (var frame in next.More)
                {
                    await WriteAsync(frame);
                }

                next.Written?.Invoke();
            }

            if (IsClosing)
            {
                await socket.CloseOutputAsync(_closing!.Value.Code, _closing.Value.Reason, _abort.Token);
            }
        }
        catch (Exception gone)
            when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Ends the pending read, too.
            await _abort.CancelAsync();
        }
        finally
        {
            if (IsClosing)
            {
                _closed.TrySetResult();
            }
        }
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> frame) => socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, _abort.Token);

    /// <returns>False: the queue is empty. A closing socket keeps its sender: nothing is sent after the close.</returns>
    private bool TryNext(out Outgoing next)
    {
        lock (_gate)
        {
            var any = _waiting.TryDequeue(out next);
            _sending = any || _closing is not null;
            return any;
        }
    }

    private readonly record struct Outgoing(ReadOnlyMemory<byte> First, ReadOnlyMemory<byte>[] More, Action? Written);
}
