using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Rollcall.Support.Devices;
using Rollcall.Support.Http;

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

    /// <summary>Its device, once it has joined.</summary>
    public TestDevice Device { get; private set; } = null!;

    private Uri Address => _http.BaseAddress!;

    private Caller Caller => new(_http, Address);

    public async Task JoinAsync() => Device = await TestDevice.SignedInAsync(Caller, $"edge-{Interlocked.Increment(ref _names)}");

    /// <summary>Adds another device, with a secret of its own.</summary>
    public async Task AddAsync(string deviceId, string secret) =>
        (await Device.Owner.PostAsync("/api/v1/customer/devices", JsonSerializer.Serialize(new { deviceId, deviceSecret = secret }))).Is(201);

    public async Task BeatAsync(string? json = null) => Assert.True((await Device.BeatAsync(json)).Succeeded().Of("stored").GetBoolean());

    /// <summary>As <c>curl -X POST</c> sends it: no body, and no word of a length.</summary>
    /// <returns>The whole answer.</returns>
    public async Task<string> BeatWithoutLengthAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port);
        await using var stream = await SecureAsync(client.GetStream());
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Address.AbsolutePath}api/v1/device/heartbeat "
                + $"HTTP/1.1\r\nHost: {Address.Authority}\r\nX-Device-Session: {Device.Token}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(Patience);
    }

    public Task<TestLink> OpenSocketAsync() => TestLink.GreetedAsync(Address, Device.Token, anyCertificate: true);

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
    public async Task<int> SignInAsync(string deviceId, string secret) =>
        (await new TestDevice(Caller, Caller, "demo", deviceId, secret).SignInAsync()).Status;

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
}
