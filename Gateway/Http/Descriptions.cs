using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>A header of an answer, for the reference.</summary>
internal sealed record ResponseHeader(int Status, string Name, string Description);

/// <summary>Adds to an endpoint what the reference says of it.</summary>
internal static class Descriptions
{
    /// <summary>The endpoint may answer with this status and body.</summary>
    public static void Answers<T>(this EndpointBuilder endpoint, int status) =>
        endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(T), ["application/json"]));

    /// <summary>The answer with this status has the header.</summary>
    public static void Sends(this EndpointBuilder endpoint, int status, string header, string description) =>
        endpoint.Metadata.Add(new ResponseHeader(status, header, description));

    /// <summary>
    /// The endpoint takes a body. Accepts metadata is not used, because routing enforces it: it would refuse a wrong Content-Type before the caller
    /// is authenticated, with an empty answer.
    /// </summary>
    public static void Takes<T>(this EndpointBuilder endpoint) where T : IBodyDescription
    {
        endpoint.Refuses(StatusCodes.Status400BadRequest);
        endpoint.Refuses(StatusCodes.Status413PayloadTooLarge);
        endpoint.Refuses(StatusCodes.Status415UnsupportedMediaType);
        endpoint.Metadata.Add(new RequestBody(T.Schema, T.IsRequired, T.ContentTypes));
    }

    /// <summary>The handler reads this body itself: a <see cref="Body{T}"/> allocates more than a heartbeat may.</summary>
    public static RouteHandlerBuilder ReadsItself<T>(this RouteHandlerBuilder route) where T : IBodyDescription
    {
        route.Add(static endpoint => endpoint.Takes<T>());
        return route;
    }

    /// <summary>The endpoint may answer with a problem of this status. Repeated calls add it once.</summary>
    public static void Refuses(this EndpointBuilder endpoint, int status)
    {
        if (!endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode == status))
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemBody), [Problem.ContentType]));
        }
    }

    /// <summary>
    /// Adds the refusals of every call of a group: 401 and 403 of its policy, 429 when too many calls of the same device or customer wait, and 503.
    /// </summary>
    public static RouteGroupBuilder DescribeRefusals(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IAuthorizeData>().Any())
            {
                endpoint.Refuses(StatusCodes.Status401Unauthorized);
                endpoint.Refuses(StatusCodes.Status403Forbidden);
            }

            endpoint.Refuses(StatusCodes.Status429TooManyRequests);
            endpoint.Refuses(StatusCodes.Status503ServiceUnavailable);
        });
        return group;
    }
}
