using System.Net.WebSockets;
using System.Text;
using Rollcall.Load.Generator;

namespace Rollcall.Load.Commands;

/// <summary>A device with a socket that acknowledges a command and reports its result in the same moment.</summary>
internal sealed class WiredDevice(Beat beat, int port) : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private Task _listening = Task.CompletedTask;

    public async Task OpenAsync(CancellationToken cancellation)
    {
        _socket.Options.SetRequestHeader("X-Device-Session", beat.Token);
        await _socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/api/v1/device/ws"), cancellation);
        _listening = ListenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _listening;
        _socket.Dispose();
    }

    private async Task ListenAsync()
    {
        var received = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(received.AsMemory(), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                if (Id(received.AsSpan(0, read.Count)) is { } id)
                {
                    await SayAsync($$"""{"type":"command_ack","commandId":"{{id}}"}""");
                    await SayAsync($$$"""{"type":"command_result","commandId":"{{{id}}}","status":"completed","result":{"ok":true}}""");
                }
            }
        }
        catch (Exception over) when (over is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private static string? Id(ReadOnlySpan<byte> frame)
    {
        var (type, name) = ("\"type\":\"command\""u8.ToArray(), "\"id\":\""u8.ToArray());
        if (frame.IndexOf(type) < 0)
        {
            return null;
        }

        var rest = frame[(frame.IndexOf(name) + name.Length)..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)'"')]);
    }

    private ValueTask SayAsync(string text) =>
        _socket.SendAsync(Encoding.ASCII.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}
