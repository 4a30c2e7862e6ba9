using System.Net.WebSockets;
using Rollcall.DeviceAgent.Settings;

namespace Rollcall.DeviceAgent.Connection;

/// <summary>Opens WebSockets. A dead one is found by its pings.</summary>
/// <param name="ping">Time between two pings.</param>
/// <param name="timeout">How long the answer to a ping may take.</param>
internal sealed class WebSocketDialer(Uri apiUrl, TimeSpan ping, TimeSpan timeout) : IGatewayDialer, IDisposable
{
    /// <summary>One for all: each socket would else make a handler of its own, which costs a fleet more than the sockets.</summary>
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Uri _address =
        new UriBuilder(new Uri(apiUrl, "api/v1/device/ws")) { Scheme = apiUrl.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri;

    public static WebSocketDialer Of(AgentSettings settings) => new(settings.ApiUrl, settings.WebSocketPing, settings.WebSocketTimeout);

    public async Task<IGatewayConnection> DialAsync(string token, CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.SetRequestHeader("X-Device-Session", token);
            socket.Options.KeepAliveInterval = ping;
            socket.Options.KeepAliveTimeout = timeout;
            socket.Options.CollectHttpResponseDetails = true;
            await socket.ConnectAsync(_address, _invoker, stop);
            return new Opened(socket);
        }
        catch (WebSocketException) when ((int)socket.HttpStatusCode is >= 300 and var status)
        {
            var wait = socket.HttpResponseHeaders?.FirstOrDefault(
                header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();
            socket.Dispose();
            throw new HandshakeRefusedException(status,
                int.TryParse(wait, out var seconds) && seconds is > 0 and < 86_400 ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _invoker.Dispose();

    private sealed class Opened(ClientWebSocket socket) : IGatewayConnection
    {
        private const int MostBytes = 128 * 1024;
        private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(1);

        private readonly SemaphoreSlim _sending = new(1);

        public int? CloseCode => (int?)socket.CloseStatus;

        /// <summary>Beats and reports of commands are sent concurrently, and a socket takes one at a time.</summary>
        public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken stop)
        {
            await _sending.WaitAsync(stop);
            try
            {
                await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, stop);
            }
            finally
            {
                _sending.Release();
            }
        }

        public async Task<byte[]?> ReceiveAsync(CancellationToken stop)
        {
            // Reads no bytes: an idle connection holds no buffer.
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, stop);
            using var frame = new MemoryStream();
            var buffer = new byte[4_096];
            for (var read = first; !read.EndOfMessage && read.MessageType != WebSocketMessageType.Close;)
            {
                read = await socket.ReceiveAsync(buffer.AsMemory(), stop);
                frame.Write(buffer, 0, read.Count);
                if (frame.Length > MostBytes)
                {
                    return null;
                }
            }

            return socket.State == WebSocketState.Open ? frame.ToArray() : null;
        }

        public async ValueTask DisposeAsync()
        {
            using var timeout = new CancellationTokenSource(CloseTime);
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
                }
            }
            catch (Exception gone)
                when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // It had ended already.
            }

            socket.Dispose();
        }
    }
}
