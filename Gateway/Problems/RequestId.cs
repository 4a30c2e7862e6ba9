using System.Security.Cryptography;
using Rollcall.Logs;

namespace Rollcall.Problems;

/// <summary>Names every request: by the caller's X-Request-ID when that is fit to be logged, else by a new one.</summary>
internal sealed partial class RequestId(RequestDelegate next, IConfiguration configuration, ILogger<RequestId> log)
{
    public const string Header = "X-Request-ID";
    private const int Longest = 128;
    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("{RequestId}");

    /// <summary>Lines of text do not show it, and every beat would pay.</summary>
    private readonly bool _scoped = ConsoleLogs.IsJson(configuration);

    public Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[Header].ToString();
        context.TraceIdentifier = IsFit(given) ? given : RandomNumberGenerator.GetHexString(32, lowercase: true);
        context.Response.Headers[Header] = context.TraceIdentifier;
        return _scoped ? InScope(context) : Serve(context);
    }

    private async Task InScope(HttpContext context)
    {
        using (Scope(log, context.TraceIdentifier))
        {
            await Serve(context);
        }
    }

    private Task Serve(HttpContext context)
    {
        var level = IsChange(context.Request) ? LogLevel.Information : LogLevel.Debug;
        return log.IsEnabled(level) ? Logged(context, level) : next(context);
    }

    /// <summary>What people change is logged; the rest only at Debug: a line for every beat would cost more than the beat.</summary>
    private static bool IsChange(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && request.Path.StartsWithSegments("/api/v1/customer", StringComparison.Ordinal);

    private async Task Logged(HttpContext context, LogLevel level)
    {
        await next(context);
        string path = context.Request.Path;
        LogAnswered(context.Response.StatusCode == ClientFault.ClosedRequest ? LogLevel.Debug : level, context.Request.Method, path, context.Response.StatusCode, context.TraceIdentifier);
    }

    private static bool IsFit(string id) => id.Length is > 0 and <= Longest && !id.AsSpan().ContainsAnyExceptInRange('!', '~');

    [LoggerMessage("{Method} {Path} {Status} [{RequestId}]")]
    private partial void LogAnswered(LogLevel level, string method, string path, int status, string requestId);
}
