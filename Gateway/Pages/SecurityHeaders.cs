namespace Rollcall.Pages;

/// <summary>Sets the security headers for browsers. Each kind of answer allows what it needs, and nothing more.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>An answer that is no page loads nothing.</summary>
    private const string Data = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>
    /// WebAssembly must be compiled; the virtualized list and the meters set sizes by style attributes. No inline script, no inline style
    /// sheet, no other origin.
    /// </summary>
    private const string Portal =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
        + "object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The reference is a page of a library, with inline styles and an inline script; it, too, connects to this gateway only.</summary>
    private const string Reference =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The Orleans Dashboard makes style sheets for its charts at run time; its scripts are its own files.</summary>
    private const string Dashboard =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private static readonly string[] DataPaths = ["/api", "/hubs", "/openapi", "/healthz", "/readyz", "/health", "/version"];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/api/v1/device", StringComparison.Ordinal))
        {
            // No browser reads these answers, and every beat would pay for six headers. A problem sets nosniff itself.
            return next(context);
        }

        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = Policy(context.Request.Path);
        return next(context);
    }

    private static string Policy(PathString path) =>
        DataPaths.Any(data => path.StartsWithSegments(data)) ? Data
        : path.StartsWithSegments("/reference") ? Reference
        : path.StartsWithSegments(DashboardSession.Path) ? Dashboard
        : Portal;
}
