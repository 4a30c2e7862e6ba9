using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Rollcall.Running;

namespace Rollcall.Edge;

/// <summary>A device and a portal that come through a proxy, and believe whatever certificate it has.</summary>
internal sealed class Visitor : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static int _names;
    private readonly HttpClient _http;

    /// <param name="address">With a slash at its end.</param>
    /// <param name="from">The address of this machine that it calls from.</param>
    public Visitor(Uri address, string from = "127.0.0.1")
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
            AllowAutoRedirect = false,
            ConnectCallback = async (connect, stop) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(connect.DnsEndPoint.Host, connect.DnsEndPoint.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = address,
            Timeout = Patience,
        };
    }

    public string DeviceId { get; } = $"edge-{Interlocked.Increment(ref _names)}";

    public string Secret { get; private set; } = "";

    public string Token { get; private set; } = "";

    private Uri Address => _http.BaseAddress!;

    public async Task JoinAsync()
    {
        Secret = (await SendAsync(HttpMethod.Post, "api/v1/customer/devices?secret=true", new { deviceId = DeviceId },
            ("Authorization", "Bearer " + PortalToken.Of("owner"))))
            .GetProperty("deviceSecret").GetString()!;
        Token = (await SendAsync(HttpMethod.Post, "api/v1/device/auth", new { deviceId = DeviceId, deviceSecret = Secret })).GetProperty("token")
            .GetString()!;
    }

    public async Task BeatAsync(object? body) => Assert.True(
        (await SendAsync(HttpMethod.Post, "api/v1/device/heartbeat", body, ("X-Device-Session", Token))).GetProperty("stored").GetBoolean());

    /// <summary>As <c>curl -X POST</c> sends it: no body, and no word of a length.</summary>
    /// <returns>The whole answer.</returns>
    public async Task<string> BeatWithoutLengthAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port);
        await using var stream = await SecureAsync(client.GetStream());
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Address.AbsolutePath}api/v1/device/heartbeat "
                + $"HTTP/1.1\r\nHost: {Address.Authority}\r\nX-Device-Session: {Token}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(Patience);
    }

    public async Task<ClientWebSocket> OpenSocketAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        socket.Options.SetRequestHeader("X-Device-Session", Token);
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new UriBuilder(new Uri(Address, "api/v1/device/ws")) { Scheme = Address.Scheme == "https" ? "wss" : "ws" }.Uri,
            CancellationToken.None)
            .WaitAsync(Patience);
        Assert.Equal("connected", await HearAsync(socket));
        return socket;
    }

    /// <returns>The type of the next frame.</returns>
    public static async Task<string?> HearAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(Patience);
        return read.MessageType == WebSocketMessageType.Close
            ? "closed" : JsonElement.Parse(buffer.AsSpan(0, read.Count)).GetProperty("type").GetString();
    }

    public static Task SayAsync(ClientWebSocket socket, string frame) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public async Task<HubConnection> OpenPortalAsync(Action<JsonElement> heard)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(Address, "hubs/portal"), options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            options.AccessTokenProvider = () => Task.FromResult<string?>(PortalToken.Of("viewer"));
            options.WebSocketConfiguration = socket => socket.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        }).Build();
        hub.On("device_status", heard);
        await hub.StartAsync().WaitAsync(Patience);
        await hub.InvokeAsync<JsonElement>("Watch", new { }).WaitAsync(Patience);
        return hub;
    }

    public async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request);
    }

    /// <returns>The status.</returns>
    public async Task<int> SignInAsync(string deviceId, string secret)
    {
        using var response = await _http.PostAsJsonAsync("api/v1/device/auth", new { deviceId, deviceSecret = secret });
        return (int)response.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (Address.Scheme != "https")
        {
            return stream;
        }

        var secure = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await secure.AuthenticateAsClientAsync(Address.Host);
        return secure;
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }
}
