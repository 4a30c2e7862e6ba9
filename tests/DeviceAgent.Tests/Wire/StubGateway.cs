using System.Net;
using System.Text;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Tests.Wire;

/// <summary>A gateway of one method: what was asked in, what is answered out, on the caller's thread.</summary>
internal sealed class StubGateway : HttpMessageHandler
{
    public static readonly Uri ApiUrl = new("http://gateway.test/");

    public List<Asked> Calls { get; } = [];

    public Func<Asked, HttpResponseMessage?> Answer { get; set; } = Friendly;

    public int Beats => Calls.Count(call => call.Path == "/api/v1/device/heartbeat");

    public int Authentications => Calls.Count(call => call.Path == "/api/v1/device/auth");

    public GatewayClient Client(TimeProvider clock) => new(this, ApiUrl, clock);

    public static HttpResponseMessage? Friendly(Asked call) => call.Path switch
    {
        "/healthz" => Json(200, """{"status":"ok"}"""),
        "/api/v1/device/register" => Json(201, """{"deviceId":"d-1","deviceSecret":"issued-secret"}"""),
        "/api/v1/device/auth" => Json(200,
            """{"token":"token-1","tokenType":"Bearer","expiresIn":604800,"deviceId":"d-1","heartbeatInterval":30000,"heartbeatTimeout":90000}"""),
        "/api/v1/device/heartbeat" => Beat(),
        "/api/v1/device/session" => new HttpResponseMessage(HttpStatusCode.NoContent),
        _ => Problem(404, "NOT_FOUND"),
    };

    public static HttpResponseMessage Beat(double next = 30_000, int status = 200, string at = "2026-01-01T00:00:00.000Z") => Json(
        status,
        $$"""{"success":true,"received":true,"stored":{{(status == 200 ? "true" : "false")}},"timestamp":"{{at}}","nextHeartbeat":"""
        + $$"""{{next}},"commands":[{"id":"c","command":"reboot","parameters":{"deep":[1]} }]}""");

    public static HttpResponseMessage Problem(int status, string code, int? retryAfter = null)
    {
        var answer = Json(status, $$"""{"status":{{status}},"code":"{{code}}"}""");
        answer.Headers.RetryAfter = retryAfter is { } seconds ? new(TimeSpan.FromSeconds(seconds)) : null;
        return answer;
    }

    public static HttpResponseMessage Json(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Content?.ReadAsStream(cancellationToken) ?? Stream.Null);
        var call = new Asked(request.Method.Method, request.RequestUri!.AbsolutePath, reader.ReadToEnd(), request.Headers.Authorization?.Parameter);
        lock (Calls)
        {
            // A fleet says its goodbyes in parallel.
            Calls.Add(call);
        }

        return Answer(call) is { } answer ? Task.FromResult(answer) : Never(cancellationToken);
    }

    private static Task<HttpResponseMessage> Never(CancellationToken timeout)
    {
        var silence = new TaskCompletionSource<HttpResponseMessage>();
        timeout.Register(() => silence.TrySetCanceled(timeout));
        return silence.Task;
    }
}

internal sealed record Asked(string Method, string Path, string Body, string? Token);
