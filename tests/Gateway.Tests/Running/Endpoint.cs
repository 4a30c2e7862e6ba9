using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Rollcall.Running;

/// <summary>An endpoint of the running gateway, as its metadata describe it.</summary>
public sealed class Endpoint(Microsoft.AspNetCore.Http.Endpoint endpoint)
{
    public string Pattern { get; } = "/" + (((RouteEndpoint)endpoint).RoutePattern.RawText ?? "").TrimStart('/');

    public IReadOnlyList<string> Methods { get; } = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"];

    /// <summary>Method and pattern, as <c>GET /a/{b}</c>. HEAD is a GET without its body, and no call of its own.</summary>
    public IEnumerable<string> Names => Methods.Where(method => method != "HEAD").Select(method => $"{method} {Pattern}");

    public bool OpenToAll { get; } = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    public IReadOnlyList<string?> Policies { get; } = [.. endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy)];

    /// <summary>The portal's page and its files.</summary>
    public bool IsPage { get; } = endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is not null
        || ((RouteEndpoint)endpoint).RoutePattern.RawText is "/" or "/devices/{id}";

    public bool IsHub => Pattern.StartsWith("/hubs/", StringComparison.Ordinal);

    public bool InReference { get; } =
        endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true };
}
