using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Rollcall.Support.Devices;

/// <summary>A device's end of its socket.</summary>
public sealed class TestLink : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket _socket;
    private readonly byte[] _buffer = new byte[128 * 1024];

    private TestLink(ClientWebSocket socket) => _socket = socket;

    public string? SubProtocol => _socket.SubProtocol;

    public WebSocketState State => _socket.State;

    /// <param name="gateway">Its root.</param>
    /// <param name="header">Where the token stands; null: as the first protocol.</param>
    /// <param name="anyCertificate">Believes whatever certificate the gateway has.</param>
    public static async Task<TestLink> OpenAsync(Uri gateway, string token, string? header = "X-Device-Session", bool anyCertificate = false)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (anyCertificate)
        {
            socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        }

        if (header is null)
        {
            socket.Options.AddSubProtocol(token);
        }
        else
        {
            socket.Options.SetRequestHeader(header, header == "Authorization" ? "Bearer " + token : token);
        }

        try
        {
            var address = new UriBuilder(gateway) { Scheme = gateway.Scheme == "https" ? "wss" : "ws" };
            address.Path = address.Path.TrimEnd('/') + "/api/v1/device/ws";
            await socket.ConnectAsync(address.Uri, CancellationToken.None).WaitAsync(Patience);
        }
        catch (WebSocketException refused)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new RefusedHandshakeException(status, refused);
        }

        return new TestLink(socket);
    }

    /// <summary>Opened, and greeted.</summary>
    public static async Task<TestLink> GreetedAsync(Uri gateway, string token, bool anyCertificate = false)
    {
        var link = await OpenAsync(gateway, token, anyCertificate: anyCertificate);
        Assert.Equal("connected", Type(await link.HearAsync()));
        return link;
    }

    public Task SayAsync(string frame, WebSocketMessageType kind = WebSocketMessageType.Text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(frame), kind, endOfMessage: true, CancellationToken.None);

    public Task SayAsync(byte[] text) => _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next frame.</summary>
    public async Task<JsonElement> HearAsync()
    {
        var (frame, code) = await NextAsync();
        Assert.True(frame is not null, $"Closed with {code}.");
        return frame.Value;
    }

    /// <summary>The answer to what is said.</summary>
    public async Task<JsonElement> AskAsync(string frame)
    {
        await SayAsync(frame);
        return await HearAsync();
    }

    /// <summary>Hears until what was asked under this number is answered; false: it was closed for abuse before.</summary>
    public async Task<bool> HearsAsync(string requestId)
    {
        while (true)
        {
            var (frame, code) = await NextAsync();
            if (frame is null)
            {
                Assert.Equal(4000, code);
                return false;
            }

            if (frame.Value.TryGetProperty("requestId", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() == requestId)
            {
                return true;
            }
        }
    }

    /// <summary>The code with which the server closes; frames before it are passed over.</summary>
    public async Task<int?> ClosedAsync()
    {
        while (true)
        {
            var (frame, code) = await NextAsync();
            if (frame is null)
            {
                if (_socket.State == WebSocketState.CloseReceived)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                }

                return code;
            }
        }
    }

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Patience);

    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public static string? Type(JsonElement frame) => frame.GetProperty("type").GetString();

    private async Task<(JsonElement? Frame, int? Code)> NextAsync()
    {
        var length = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(Patience);
            length += read.Count;
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return (null, (int?)_socket.CloseStatus);
            }

            if (read.EndOfMessage)
            {
                return (JsonElement.Parse(_buffer.AsSpan(0, length)), null);
            }
        }
    }
}

public sealed class RefusedHandshakeException(int status, Exception inner) : Exception($"The handshake was answered {status}.", inner)
{
    public int Status => status;
}
