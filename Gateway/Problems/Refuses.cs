namespace Rollcall.Problems;

/// <summary>Says in the reference with which problems an endpoint answers.</summary>
internal static class RefusesMetadata
{
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<ProblemBody>(status, Problem.ContentType);
        }

        return endpoint;
    }
}
