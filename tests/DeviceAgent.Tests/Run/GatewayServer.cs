using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollcall.DeviceAgent.Tests.Run;

/// <summary>The least of a gateway, on a real port, for real processes.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<(string DeviceId, string Status)> _beats = Channel.CreateUnbounded<(string, string)>();
    private int _clock;

    private GatewayServer(WebApplication app) => _app = app;

    public ConcurrentBag<string> Authenticated { get; } = [];

    public int Ended { get; private set; }

    public string Url => _app.Urls.First();

    public static async Task<GatewayServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new GatewayServer(builder.Build());
        server.Map();
        await server._app.StartAsync();
        return server;
    }

    public async Task<(string DeviceId, string Status)> BeatAsync(CancellationToken timeout) => await _beats.Reader.ReadAsync(timeout);

    /// <summary>Of all beats that came, the last one's; for when the agent has ended.</summary>
    public string LastStatus()
    {
        var last = "";
        while (_beats.Reader.TryRead(out var beat))
        {
            last = beat.Status;
        }

        return last;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map()
    {
        _app.MapGet("/healthz", () => "{}");
        _app.MapPost("/api/v1/device/auth", async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var id = body.RootElement.GetProperty("deviceId").GetString()!;
            Authenticated.Add(id);
            await WriteAsync(context, 200, $$"""{"token":"token-of-{{id}}","expiresIn":604800}""");
        });
        _app.MapPost("/api/v1/device/heartbeat", async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var id = context.Request.Headers.Authorization.ToString().Replace("Bearer token-of-", "", StringComparison.Ordinal);
            _beats.Writer.TryWrite((id, body.RootElement.GetProperty("status").GetString()!));
            var at = $"2026-01-01T00:00:00.{Interlocked.Increment(ref _clock) % 1000:D3}Z";
            await WriteAsync(
                context, 200, $$"""{"success":true,"received":true,"stored":true,"timestamp":"{{at}}","nextHeartbeat":1000,"commands":[]}""");
        });
        _app.MapDelete("/api/v1/device/session", () =>
        {
            Ended++;
            return Results.NoContent();
        });
    }

    private static async Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }
}
