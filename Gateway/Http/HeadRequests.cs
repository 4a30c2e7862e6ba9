using Microsoft.AspNetCore.Routing;

namespace Rollcall.Http;

/// <summary>HEAD is a GET whose body the server keeps back, and no call of its own: monitors and load balancers ask so.</summary>
internal static class HeadRequests
{
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Takes HEAD wherever these take GET.</summary>
    public static T TakeHead<T>(this T endpoints) where T : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            for (var i = 0; i < endpoint.Metadata.Count; i++)
            {
                if (endpoint.Metadata[i] is IHttpMethodMetadata { HttpMethods: ["GET"] } get)
                {
                    endpoint.Metadata[i] = new HttpMethodMetadata(Methods, get.AcceptCorsPreflight);
                }
            }
        });
        return endpoints;
    }
}
