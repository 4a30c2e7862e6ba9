using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Rollcall.Http.Reference;

/// <summary>
/// Serves the reference, and a page on which people can try it. Libraries make both anew for each request, and both are public: so they are made
/// once, and served from memory.
/// </summary>
internal static class ReferencePage
{
    private const string Document = "v1";
    private const string DocumentPath = $"/openapi/{Document}.json";
    private const string Page = "/reference";
    private const string DocumentName = "documentName";

    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        var document = Once(() => DescribeAsync(routes.ServiceProvider));
        routes.MapMethods(DocumentPath, HeadRequests.Methods, async context => await (await document.GetAsync()).WriteAsync(context))
            .AllowAnonymous()
            .ExcludeFromDescription();
        routes.MapScalarApiReference(Page, options => options
            .WithTitle("Rollcall API")
            .WithOpenApiRoutePattern("/openapi/{documentName}.json")
            // The page connects to this gateway only.
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideClientButton()
            .HideDeveloperTools()
            .WithFavicon("data:,"))
            .AllowAnonymous()
            .Add(endpoint => Publish((RouteEndpointBuilder)endpoint, routes.ServiceProvider));
    }

    private static Shared<Publication> Once(Func<Task<Publication>> make) => new(make, Timeout.InfiniteTimeSpan, TimeProvider.System);

    private static async Task<Publication> DescribeAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync();
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        return new Publication(json.ToArray(), Json.ContentType);
    }

    /// <summary>Lets the library answer once for each address, and serves that answer from then on.</summary>
    private static void Publish(RouteEndpointBuilder endpoint, IServiceProvider services)
    {
        var library = endpoint.RequestDelegate!;
        endpoint.Metadata.Add(new HttpMethodMetadata(HeadRequests.Methods));
        if (endpoint.RoutePattern.GetParameter(DocumentName) is null)
        {
            var file = Once(() => AskAsync(library, services, PathOf(endpoint.RoutePattern), document: null));
            endpoint.RequestDelegate = async context => await (await file.GetAsync()).WriteAsync(context);
            return;
        }

        // For any other name the library would make a page about a document that does not exist.
        var pages = new Dictionary<string, (string Path, Shared<Publication> Answer)>(StringComparer.OrdinalIgnoreCase)
        {
            [""] = (Page + "/", Once(() => AskAsync(library, services, Page + "/", document: null))),
            [Document] = ($"{Page}/{Document}", Once(() => AskAsync(library, services, $"{Page}/{Document}", Document))),
        };
        endpoint.RequestDelegate = async context =>
        {
            if (!pages.TryGetValue(context.GetRouteValue(DocumentName) as string ?? "", out var page))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
            else if (context.Request.Path.Value is { } path && path != page.Path)
            {
                // The page finds its files and the document relative to its own address. The redirect is relative, too: a proxy may have added a
                // prefix.
                context.Response.Redirect(string.Concat(Enumerable.Repeat("../", path.Count('/') - 1)) + page.Path[1..]);
            }
            else
            {
                await (await page.Answer.GetAsync()).WriteAsync(context);
            }
        };
    }

    private static string PathOf(RoutePattern pattern) => "/" + pattern.RawText!.TrimStart('/');

    private static async Task<Publication> AskAsync(RequestDelegate library, IServiceProvider services, string path, string? document)
    {
        await using var scope = services.CreateAsyncScope();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Method = HttpMethods.Get;
        context.Request.Path = path;
        context.Response.Body = body;
        if (document is not null)
        {
            context.Request.RouteValues[DocumentName] = document;
        }

        await library(context);
        await context.Response.BodyWriter.FlushAsync();
        return context.Response is { StatusCode: StatusCodes.Status200OK, ContentType: { } type }
            ? new Publication(body.ToArray(), type)
            : throw new InvalidOperationException($"{path} is answered {context.Response.StatusCode}.");
    }
}
