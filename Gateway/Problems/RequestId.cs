using System.Security.Cryptography;

namespace Rollcall.Problems;

/// <summary>Names every request: by the caller's X-Request-ID when that is fit to be logged, else by a new one.</summary>
internal static class RequestId
{
    public const string Header = "X-Request-ID";
    private const int Longest = 128;

    public static IApplicationBuilder UseRequestId(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var given = context.Request.Headers[Header].ToString();
        context.TraceIdentifier = IsFit(given) ? given : RandomNumberGenerator.GetHexString(32, lowercase: true);
        context.Response.Headers[Header] = context.TraceIdentifier;
        return next(context);
    });

    private static bool IsFit(string id) => id.Length is > 0 and <= Longest && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}
