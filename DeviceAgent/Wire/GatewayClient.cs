using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rollcall.DeviceAgent.Commands;

namespace Rollcall.DeviceAgent.Wire;

/// <summary>
/// The calls a device makes. They do not throw on what a network or a server does; only the caller's own cancellation does.
/// One client serves a whole fleet.
/// </summary>
internal sealed class GatewayClient(HttpMessageHandler handler, Uri apiUrl, TimeProvider clock) : IDisposable
{
    /// <summary>Timeout of a call.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(handler)
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 1 << 20,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("rollcall-agent", "1") } },
    };

    public Uri ApiUrl => apiUrl;

    public static GatewayClient Over(Uri apiUrl) => new(
        new SocketsHttpHandler
        {
            // A redirect could carry the token elsewhere.
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 512,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        },
        apiUrl,
        TimeProvider.System);

    public Task<Reply<RegisterAnswer>> RegisterAsync(RegisterRequest request, CancellationToken stop) =>
        SendAsync(Post("api/v1/device/register", request, WireJson.Default.RegisterRequest), WireJson.Default.RegisterAnswer, stop);

    public Task<Reply<AuthAnswer>> AuthenticateAsync(AuthRequest request, CancellationToken stop) =>
        SendAsync(Post("api/v1/device/auth", request, WireJson.Default.AuthRequest), WireJson.Default.AuthAnswer, stop);

    public Task<Reply<BeatAnswer>> BeatAsync(string token, BeatRequest beat, CancellationToken stop)
    {
        var request = Post("api/v1/device/heartbeat", beat, WireJson.Default.BeatRequest);
        request.Headers.Authorization = new("Bearer", token);
        return SendAsync(request, WireJson.Default.BeatAnswer, stop);
    }

    public Task<Answer> ReportAsync(string token, string commandId, CommandReport report, CancellationToken stop)
    {
        var request = Post($"api/v1/device/commands/{Uri.EscapeDataString(commandId)}/result", report, WireJson.Default.CommandReport);
        request.Headers.Authorization = new("Bearer", token);
        return AskAsync(request, stop);
    }

    public Task<Answer> EndSessionAsync(string token, CancellationToken stop)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(apiUrl, "api/v1/device/session"));
        request.Headers.Authorization = new("Bearer", token);
        return AskAsync(request, stop);
    }

    public Task<Answer> ReachAsync(CancellationToken stop) =>
        AskAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(apiUrl, "healthz")), stop);

    public Task<Reply<DeviceView>> ReadDeviceAsync(string portalToken, string deviceId, CancellationToken stop)
    {
        var address = new Uri(apiUrl, "api/v1/customer/devices/" + Uri.EscapeDataString(deviceId));
        var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new("Bearer", portalToken) } };
        return SendAsync(request, WireJson.Default.DeviceView, stop);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new("application/json");
        return new HttpRequestMessage(HttpMethod.Post, new Uri(apiUrl, path)) { Content = content };
    }

    private Task<Reply<T>> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken stop) where T : class =>
        ExchangeAsync(
            request,
            (response, body) => AnswerReader.Read(response, body, type, clock),
            failed => new Reply<T>(failed, null),
            stop);

    private Task<Answer> AskAsync(HttpRequestMessage request, CancellationToken stop) =>
        ExchangeAsync(
            request,
            (response, body) => new Answer((int)response.StatusCode, AnswerReader.Code(body), AnswerReader.RetryAfter(response, clock)),
            failed => failed,
            stop);

    private async Task<T> ExchangeAsync<T>(
        HttpRequestMessage request,
        Func<HttpResponseMessage, byte[], T> read,
        Func<Answer, T> onFailure,
        CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            using (request)
            using (var response = await _http.SendAsync(request, either.Token))
            {
                return read(response, await response.Content.ReadAsByteArrayAsync(either.Token));
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return onFailure(Answer.None("no answer within 10 s"));
        }
        catch (HttpRequestException error)
        {
            return onFailure(Answer.None(Describe(error), error.HttpRequestError));
        }
        catch (Exception lost) when (lost is IOException or SocketException)
        {
            // HttpClient lets a socket's own exception through when the other side is killed in the very moment of connecting.
            return onFailure(Answer.None("connection lost"));
        }
    }

    private static string Describe(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "host name not found",
        HttpRequestError.SecureConnectionError => "no secure connection (TLS)",
        HttpRequestError.ConnectionError when Refused(error) => "connection refused",
        HttpRequestError.ConnectionError => "no connection",
        var other => $"connection broken ({other})",
    };

    private static bool Refused(HttpRequestException error) =>
        error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
}
