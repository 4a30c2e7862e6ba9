using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>A portal that speaks the hub's protocol by hand and takes bytes from its socket only when it is told to.</summary>
internal sealed class DeafPortal : IAsyncDisposable
{
    private const char RecordEnd = '\u001e';
    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync });

    private DeafPortal()
    {
    }

    public static async Task<DeafPortal> OpenAsync(TestGateway gateway, string token)
    {
        var portal = new DeafPortal();
        portal._socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await portal._socket.ConnectAsync(new UriBuilder(new Uri(gateway.Address, "/hubs/portal")) { Scheme = "ws" }.Uri, portal._http,
            CancellationToken.None);
        await portal.SayAsync("""{"protocol":"json","version":1}""");
        return portal;
    }

    public Task WatchAsync() => SayAsync("""{"type":1,"invocationId":"1","target":"Watch","arguments":[{}]}""");

    public Task PingAsync() => SayAsync("""{"type":6}""");

    /// <summary>Reads from where it stopped, one message after the other, until something was said.</summary>
    /// <returns>How many bytes had been on their way or came meanwhile.</returns>
    public async Task<long> ReadUntilAsync(Func<JsonElement, bool> enough, TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        var bytes = 0L;
        var rest = "";
        var buffer = new byte[64 * 1024];
        var decoder = Encoding.UTF8.GetDecoder();
        var text = new char[buffer.Length];
        while (true)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            Assert.NotEqual(WebSocketMessageType.Close, read.MessageType);
            bytes += read.Count;
            var records = (rest + new string(text, 0, decoder.GetChars(buffer, 0, read.Count, text, 0))).Split(RecordEnd);
            rest = records[^1];
            foreach (var record in records[..^1])
            {
                using var json = JsonDocument.Parse(record);
                if (enough(json.RootElement))
                {
                    return bytes;
                }
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4 * 1024, NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private Task SayAsync(string record) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(record + RecordEnd), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}
