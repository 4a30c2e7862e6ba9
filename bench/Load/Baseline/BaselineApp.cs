using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Rollcall.Load.Baseline;

/// <summary>
/// What a beat costs when nothing is kept: the token is validated, the body read, the same JSON answered. No grain, no
/// store, and no middleware that is not needed for it.
/// </summary>
internal static class BaselineApp
{
    public static WebApplication Create(string sessionKeys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var tokens = new TokenCheck(sessionKeys);
        var app = builder.Build();
        app.MapPost("/api/v1/device/heartbeat", context => Beat(context, tokens));
        return app;
    }

    private static async Task Beat(HttpContext context, TokenCheck tokens)
    {
        if (!await tokens.IsValidAsync(context.Request.Headers.Authorization.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var beat = await context.Request.ReadFromJsonAsync(BaselineJson.Default.Request);
        var answer = JsonSerializer.SerializeToUtf8Bytes(new Answer(true, true, beat is not null, Now(), 30_000, []), BaselineJson.Default.Answer);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null);
}

internal sealed record Request(string Status, Dictionary<string, double> Metrics);

internal sealed record Answer(bool Success, bool Received, bool Stored, string Timestamp, int NextHeartbeat, string[] Commands);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class BaselineJson : JsonSerializerContext;
