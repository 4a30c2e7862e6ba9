namespace Rollcall.Demo;

/// <summary>What the portal's address answers until the portal itself is there.</summary>
internal static class HomePage
{
    private const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>Rollcall</title>
          <style>
            body { font: 16px/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem; }
            code { font-size: .9em; overflow-wrap: anywhere; }
          </style>
        </head>
        <body>
          <h1>Rollcall runs</h1>
          <p>This gateway keeps the roll: devices sign in and beat here, and go offline when they are silent.
             The portal's page is not part of this version; the calls behind it are.</p>
          <ul>
            <li><a href="/reference">Reference of every call</a>, to read and to try (<a href="/openapi/v1.json">OpenAPI</a>)</li>
            <li><a href="/health">Health</a> and <a href="/version">version</a></li>
          </ul>
          <p>The fleet, with the token behind <code>#token=</code> of the printed link:<br>
             <code>curl -H "Authorization: Bearer $TOKEN" http://localhost:3001/api/v1/customer/devices</code></p>
        </body>
        </html>
        """;

    public static void MapHome(this IEndpointRouteBuilder routes) => routes
        .MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
            context.Response.ContentLength = System.Text.Encoding.UTF8.GetByteCount(Html);
            return TypedResults.Content(Html, "text/html; charset=utf-8");
        })
        .AllowAnonymous()
        .ExcludeFromDescription();
}
