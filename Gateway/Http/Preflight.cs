using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>
/// Refuses a browser's question before a call (CORS) that no browser asks. The framework puts the names that were asked for into its answer,
/// which takes no other characters than these: a stranger would cause a fault of ours, and a line for each.
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
