using System.Threading.Channels;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>
/// Greets each socket a moment after its handshake, unless its device sent a frame before. Nearly every client's program attaches its listener
/// after the handshake, some once the promise of it is kept: a frame that comes with the 101 is lost there, or breaks the parser.
/// All wait equally long, so one timer serves them, in the order in which they came.
/// </summary>
internal sealed class Greetings(TimeProvider clock) : BackgroundService
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly Channel<(long Opened, WebSocketTransport Socket)> _waiting =
        Channel.CreateUnbounded<(long, WebSocketTransport)>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(WebSocketTransport socket) => _waiting.Writer.TryWrite((clock.GetTimestamp(), socket));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (opened, socket) in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            if (Pause - clock.GetElapsedTime(opened) is { Ticks: > 0 } left)
            {
                await Task.Delay(left, clock, stoppingToken);
            }

            socket.Greet();
        }
    }
}
