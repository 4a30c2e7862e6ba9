using Microsoft.Net.Http.Headers;
using Rollcall.Proxies;

namespace Rollcall.Page;

/// <summary>
/// Serves the portal's page: its files, and index.html for the addresses that the page itself understands. Every other
/// unknown address stays a 404, above all those under /api.
/// </summary>
internal static class PortalPage
{
    private static readonly string[] Addresses = ["/", "/devices/{id}"];

    /// <summary>The file itself is served, too, and names the base that it was built with.</summary>
    private const int BeforeFiles = -1_000;

    private static readonly StaticFileOptions Index = new()
    {
        // The page's files are named in it: it must never be older than they are.
        OnPrepareResponse = file => file.Context.Response.Headers[HeaderNames.CacheControl] = "no-cache",
    };

    /// <summary>Finds the files of a build, which lie where they were built; published ones lie beside the program.</summary>
    public static void UsePortalFiles(this IWebHostBuilder host) => host
        .UseStaticWebAssets()
        // A build's catch-all for missing files would answer 404 where the contract has 405.
        .UseSetting("DisableStaticAssetNotFoundRuntimeFallback", "true");

    public static void MapPortalPage(this WebApplication app, PublicUrl url)
    {
        var manifest = Path.Combine(AppContext.BaseDirectory, $"{typeof(PortalPage).Assembly.GetName().Name}.staticwebassets.endpoints.json");
        if (!File.Exists(manifest))
        {
            // A host of tests: calls are served, no page.
            return;
        }

        app.MapStaticAssets(manifest).AllowAnonymous();
        if (url.Path.Length > 0)
        {
            var page = IndexPage.Read(app.Environment.WebRootFileProvider, url.Path);
            foreach (var address in page is null ? [] : (string[])[.. Addresses, "/index.html"])
            {
                app.MapMethods(address, [HttpMethods.Get, HttpMethods.Head], page!.Answer)
                    .AllowAnonymous().ExcludeFromDescription().WithOrder(BeforeFiles);
            }

            return;
        }

        foreach (var address in Addresses)
        {
            app.MapFallbackToFile(address, "index.html", Index).AllowAnonymous().ExcludeFromDescription();
        }
    }
}
