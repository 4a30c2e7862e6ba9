using Microsoft.AspNetCore.Routing;

namespace Rollcall.Http;

/// <summary>Serves HEAD as a GET whose body the server omits: monitors and load balancers send it.</summary>
internal static class HeadRequests
{
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Accepts HEAD wherever these endpoints accept GET.</summary>
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
