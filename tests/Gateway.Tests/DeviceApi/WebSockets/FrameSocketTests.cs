using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>One socket's bounds, with a socket that does as it is told.</summary>
public sealed class FrameSocketTests : IDisposable
{
    private readonly Socket _socket = new();
    private readonly FrameSocket _frames;

    public FrameSocketTests()
    {
        _frames = new FrameSocket(_socket, new DeviceConnectionSettings(new ConfigurationBuilder()
            .AddInMemoryCollection([new("DEVICE_LINK_QUEUE", "3"), new("DEVICE_LINK_PATIENCE", "300")]).Build()));
    }

    [Fact]
    public async Task Frames_for_a_device_that_does_not_read_wait_up_to_the_bound_and_one_more_ends_it()
    {
        _socket.Reads = false;
        var reading = _frames.ReadAsync(_ => ValueTask.CompletedTask);
        Say(1);
        await Eventually.IsSoAsync(() => _socket.Sending);
        Say(3);
        Assert.False(reading.IsCompleted);
        Say(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Frames_come_in_their_order()
    {
        Say(3);
        await Eventually.IsSoAsync(() => _socket.Said.Count == 3);
        Assert.Equal(["0", "1", "2"], _socket.Said);
    }

    [Fact]
    public async Task A_close_comes_after_the_frames_before_it()
    {
        _frames.Send("last"u8.ToArray());
        _frames.Close(CloseCodes.Of(ReasonCode.Superseded));
        await Eventually.IsSoAsync(() => _socket.Said.Count == 2);
        Assert.Equal(["last", "close 4001 a newer socket or session of this device"], _socket.Said);
    }

    [Fact]
    public async Task After_a_close_nothing_comes()
    {
        var reading = _frames.ReadAsync(_ => ValueTask.CompletedTask);
        _frames.Close(CloseCodes.Of(ReasonCode.Superseded));
        _frames.Close(CloseCodes.Of(ReasonCode.Revoked));
        Say(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(["close 4001 a newer socket or session of this device"], _socket.Said);
    }

    [Fact]
    public async Task A_device_that_does_not_answer_a_close_is_cut_off()
    {
        var reading = _frames.ReadAsync(_ => ValueTask.CompletedTask);
        _frames.Close(CloseCodes.Of(ReasonCode.Stopping));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    public void Dispose()
    {
        _frames.Dispose();
        _socket.Dispose();
    }

    private void Say(int frames)
    {
        for (var number = 0; number < frames; number++)
        {
            _frames.Send(Encoding.UTF8.GetBytes(number.ToString()));
        }
    }

    internal sealed class Socket : WebSocket
    {
        private readonly TaskCompletionSource _read = new();
        private readonly List<string> _said = [];

        public bool Reads { get; set; } = true;

        public volatile bool Sending;

        public List<string> Said
        {
            get
            {
                lock (_said)
                {
                    return [.. _said];
                }
            }
        }

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override void Abort()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            Take($"close {(int)closeStatus} {statusDescription}", cancellationToken);

        public override void Dispose() => _read.TrySetCanceled();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            await _read.Task.WaitAsync(cancellationToken);
            return default;
        }

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage,
            CancellationToken cancellationToken) =>
            Take(Encoding.UTF8.GetString(buffer), cancellationToken);

        private async Task Take(string what, CancellationToken stop)
        {
            Sending = true;
            if (!Reads)
            {
                await _read.Task.WaitAsync(stop);
            }

            lock (_said)
            {
                _said.Add(what);
            }
        }
    }
}
