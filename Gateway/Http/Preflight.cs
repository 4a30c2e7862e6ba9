using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>
/// Refuses CORS preflight requests that no browser sends. The framework copies the requested names into headers of its answer, which accept only
/// these characters: each such request of a stranger would cause an error of ours, and a log line.
/// </summary>
internal sealed class Preflight(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsOptions(context.Request.Method)
            && !(IsPlain(context, "Access-Control-Request-Headers") && IsPlain(context, "Access-Control-Request-Method"))
            ? Problem.OfStatus(StatusCodes.Status400BadRequest).ExecuteAsync(context)
            : next(context);

    private static bool IsPlain(HttpContext context, string header) =>
        !context.Request.Headers.TryGetValue(header, out var asked) || !asked.ToString().AsSpan().ContainsAnyExceptInRange(' ', '~');
}
