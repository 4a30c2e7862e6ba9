namespace Rollcall.Http;

/// <summary>Sets up what all calls of the API have in common.</summary>
internal static class ApiGroups
{
    /// <param name="tag">The heading under which the reference lists the calls.</param>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string path, string tag) =>
        routes.MapGroup(path).WithTags(tag).TakeHead().RefuseWrongParts().DescribeRefusals();
}
