using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace Rollcall.Pages;

/// <summary>
/// Keeps the token of a browser, which cannot send one when it opens a page. It is asked for once and kept in a cookie that no script can read, that
/// goes to no other path, and that no other site can use. Every request is checked by the token itself.
/// </summary>
internal static class DashboardSession
{
    public const string Path = "/dashboard";
    public const string SignInPath = Path + "/sign-in";
    private const string Cookie = "rollcall-dashboard";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>{0} is the address of the form.</summary>
    private const string Page = """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Rollcall: the cluster</title></head>
        <body>
        <form method="post" action="{0}">
        <p><label for="token">The token of an owner who may see the whole cluster</label></p>
        <p><input id="token" name="access_token" type="password" autocomplete="off" required autofocus> <button>Open</button></p>
        </form>
        </body>
        </html>
        """;

    /// <summary>The token that the browser keeps; null outside the dashboard's own path.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Path.StartsWithSegments(Path) ? request.Cookies[Cookie] : null;

    /// <summary>Whether a person opens the page: an error in JSON would be no help.</summary>
    public static bool IsOpened(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path == Path || request.Path == Path + "/")
        && request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);

    /// <summary>401, with a page that asks for the token.</summary>
    public static Task Ask(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers[HeaderNames.WWWAuthenticate] = Rollcall.Auth.Challenge.Bearer;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Page.Replace("{0}", context.Request.PathBase + SignInPath, StringComparison.Ordinal));
    }

    /// <param name="secure">The cookie is sent over TLS only.</param>
    public static void Begin(HttpContext context, string token, bool secure)
    {
        context.Response.Cookies.Append(Cookie, token, new CookieOptions
        {
            HttpOnly = true,
            SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict,
            Secure = secure,
            Path = context.Request.PathBase + Path,
            MaxAge = Lifetime,
            IsEssential = true,
        });
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = context.Request.PathBase + Path + "/";
    }
}
