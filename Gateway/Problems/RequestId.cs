using System.Security.Cryptography;

namespace Rollcall.Problems;

/// <summary>Names every request: by the caller's X-Request-ID when that is fit to be logged, else by a new one.</summary>
internal sealed partial class RequestId(RequestDelegate next, ILogger<RequestId> log)
{
    public const string Header = "X-Request-ID";
    private const int Longest = 128;

    public Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[Header].ToString();
        context.TraceIdentifier = IsFit(given) ? given : RandomNumberGenerator.GetHexString(32, lowercase: true);
        context.Response.Headers[Header] = context.TraceIdentifier;
        return log.IsEnabled(LogLevel.Debug) ? Logged(context) : next(context);
    }

    /// <summary>Only at Debug: a line for every beat would cost more than the beat.</summary>
    private async Task Logged(HttpContext context)
    {
        await next(context);
        LogAnswered(context.Request.Method, context.Request.Path, context.Response.StatusCode, context.TraceIdentifier);
    }

    private static bool IsFit(string id) => id.Length is > 0 and <= Longest && !id.AsSpan().ContainsAnyExceptInRange('!', '~');

    [LoggerMessage(LogLevel.Debug, "{Method} {Path} {Status} [{RequestId}]")]
    private partial void LogAnswered(string method, string path, int status, string requestId);
}
