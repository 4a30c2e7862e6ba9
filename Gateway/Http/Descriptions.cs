using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>A header of an answer, for the reference.</summary>
internal sealed record ResponseHeader(int Status, string Name, string Description);

/// <summary>What types say to the reference of the endpoints that use them.</summary>
internal static class Descriptions
{
    /// <summary>It may be answered with this status and body.</summary>
    public static void Answers<T>(this EndpointBuilder endpoint, int status) =>
        endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(T), ["application/json"]));

    /// <summary>The answer of that status has the header.</summary>
    public static void Sends(this EndpointBuilder endpoint, int status, string header, string description) =>
        endpoint.Metadata.Add(new ResponseHeader(status, header, description));

    /// <summary>
    /// It takes a body. Not by Accepts, which routing enforces: a wrong Content-Type would be refused before the caller is known, and with an
    /// empty body.
    /// </summary>
    public static void Takes<T>(this EndpointBuilder endpoint) where T : IBodyDescription
    {
        endpoint.Refuses(StatusCodes.Status400BadRequest);
        endpoint.Refuses(StatusCodes.Status413PayloadTooLarge);
        endpoint.Refuses(StatusCodes.Status415UnsupportedMediaType);
        endpoint.Metadata.Add(new RequestBody(T.Schema, T.IsRequired, T.ContentTypes));
    }

    /// <summary>Its handler reads this body itself: what a <see cref="Body{T}"/> costs is too much for a heartbeat.</summary>
    public static RouteHandlerBuilder ReadsItself<T>(this RouteHandlerBuilder route) where T : IBodyDescription
    {
        route.Add(static endpoint => endpoint.Takes<T>());
        return route;
    }

    /// <summary>It may be answered with a problem of this status, said once however many say so.</summary>
    public static void Refuses(this EndpointBuilder endpoint, int status)
    {
        if (!endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode == status))
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemBody), [Problem.ContentType]));
        }
    }

    /// <summary>
    /// What every call of a group may be answered: 503, what its policy refuses, and 429: too many calls of the same device or customer wait.
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
