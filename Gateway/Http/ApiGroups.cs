namespace Rollcall.Http;

/// <summary>What all calls of the API have in common.</summary>
internal static class ApiGroups
{
    /// <param name="tag">Under which the reference lists them.</param>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string path, string tag) =>
        routes.MapGroup(path).WithTags(tag).TakeHead().RefuseWrongParts().DescribeRefusals();
}
