using System.Security.Cryptography;
using Rollcall.Auth;
using Rollcall.Logs;
using Rollcall.Warming;

namespace Rollcall.Http;

/// <summary>Gives every request an id: the caller's X-Request-ID when it can be logged, else a new one.</summary>
internal sealed partial class RequestId(RequestDelegate next, IConfiguration configuration, ILoggerFactory logs)
{
    public const string Header = "X-Request-ID";
    private const int Longest = 128;
    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("{RequestId}");

    /// <summary>
    /// Changes made by people, and all requests. They have categories of their own, so that each can be filtered or sent elsewhere.
    /// </summary>
    private readonly ILogger _changes = logs.CreateLogger("Rollcall.Changes"), _requests = logs.CreateLogger("Rollcall.Requests");

    /// <summary>Text lines do not show scopes, and every beat would pay for one.</summary>
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
        using (Scope(_requests, context.TraceIdentifier))
        {
            await Serve(context);
        }
    }

    private Task Serve(HttpContext context)
    {
        var change = IsChange(context.Request);
        return (change && _changes.IsEnabled(LogLevel.Information)) || _requests.IsEnabled(LogLevel.Debug) ? Logged(context, change) : next(context);
    }

    /// <summary>
    /// Changes made by people are logged, with their names; other requests only at Debug: a line for every beat would cost more than the beat, and a
    /// stranger must not be able to fill a disk.
    /// </summary>
    private static bool IsChange(HttpRequest request) =>
        request.Path.StartsWithSegments("/api/v1/customer", StringComparison.OrdinalIgnoreCase)
        && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);

    private async Task Logged(HttpContext context, bool change)
    {
        await next(context);
        var (request, status) = (context.Request, context.Response.StatusCode);

        // A fault of ours may have happened after the change.
        if (change && status is < 400 or >= 500 && PortalCaller.Of(context.User) is { } caller)
        {
            LogChanged(_changes, request.Method, Loggable.Path(request), status, caller.CustomerId, Loggable.Text(caller.Name),
                context.TraceIdentifier);
        }
        else if (_requests.IsEnabled(LogLevel.Debug) && !context.IsWarmUp())
        {
            LogAnswered(_requests, Loggable.Text(request.Method), Loggable.Path(request), status, context.TraceIdentifier);
        }
    }

    private static bool IsFit(string id) => id.Length is > 0 and <= Longest && !id.AsSpan().ContainsAnyExceptInRange('!', '~');

    [LoggerMessage(LogLevel.Information, "{Method} {Path} {Status} of {Customer} by {Subject} [{RequestId}]")]
    private static partial void LogChanged(ILogger log, string method, string path, int status, string customer, string subject, string requestId);

    [LoggerMessage(LogLevel.Debug, "{Method} {Path} {Status} [{RequestId}]")]
    private static partial void LogAnswered(ILogger log, string method, string path, int status, string requestId);
}
