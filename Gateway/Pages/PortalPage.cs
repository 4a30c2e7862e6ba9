using Microsoft.Net.Http.Headers;

namespace Rollcall.Pages;

/// <summary>
/// Serves the portal's page: its files, and index.html for the addresses that the page handles itself. Every other unknown address stays a 404,
/// above all those under /api.
/// </summary>
internal static class PortalPage
{
    private static readonly string[] Addresses = ["/", "/devices/{id}"];

    /// <summary>Beside a program that was built: the page as it is published. A published program has it where the system looks.</summary>
    private static readonly string Light = Path.Combine(AppContext.BaseDirectory, "portal");

    private static readonly StaticFileOptions Index = new()
    {
        // The page names its files: it must never be older than they are.
        OnPrepareResponse = file => file.Context.Response.Headers[HeaderNames.CacheControl] = "no-cache",
    };

    /// <summary>Where the page's files are; null: where the system looks for them.</summary>
    public static string? WebRoot => Path.Combine(Light, "wwwroot") is var root && Directory.Exists(root) ? root : null;

    /// <summary>Finds the files of a build, which lie where they were built; published ones lie beside the program.</summary>
    public static void UsePortalFiles(this IWebHostBuilder host)
    {
        // A build's catch-all for missing files would answer 404 where the contract has 405.
        host.UseSetting("DisableStaticAssetNotFoundRuntimeFallback", "true");
        if (WebRoot is null)
        {
            host.UseStaticWebAssets();
        }
    }

    /// <summary>
    /// Serves the adapted page where there is a prefix, or no reference. It answers before routing, which would serve the file or its compressed
    /// forms instead.
    /// </summary>
    public static void UseOwnPage(this WebApplication app, GatewaySettings settings)
    {
        var path = settings.PublicUrl.Path;
        if ((path.Length == 0 && settings.Reference) || IndexPage.Read(app.Environment.WebRootFileProvider, path, settings.Reference) is not { } page)
        {
            return;
        }

        app.Use((context, next) => IsPage(context.Request) ? page.Answer(context).ExecuteAsync(context) : next(context));
    }

    public static void MapPortalPage(this WebApplication app)
    {
        var manifest = WebRoot is null
            ? Path.Combine(AppContext.BaseDirectory, $"{typeof(PortalPage).Assembly.GetName().Name}.staticwebassets.endpoints.json")
            : Directory.GetFiles(Light, "*.staticwebassets.endpoints.json").Single();
        if (!File.Exists(manifest))
        {
            // A host in tests serves calls, and no page.
            return;
        }

        app.MapStaticAssets(manifest).AllowAnonymous();
        foreach (var address in Addresses)
        {
            app.MapFallbackToFile(address, "index.html", Index).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static bool IsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && (request.Path.Value is null or "" or "/" or "/index.html"
            || (request.Path.StartsWithSegments("/devices", out var id) && id.Value is { Length: > 1 } text && text.LastIndexOf('/') == 0));
}
