using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.Http;
using Rollcall.Http.Problems;
using Rollcall.Measuring;

namespace Rollcall.PortalApi.Hub;

/// <summary>The portal's hub: registration and route.</summary>
internal static class HubHosting
{
    public const string Path = "/hubs/portal";
    private const int MostMessageBytes = 512 * 1024;

    /// <summary>Seconds until a portal may ask again when its customer holds the most connections.</summary>
    private const int WithoutRoom = 10;

    /// <summary>
    /// Timeout of one write to a portal. In the default 10 s a slow connection cannot take the snapshot of a large fleet, and would
    /// ask for it again and again.
    /// </summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddPortalHub(this IServiceCollection services)
    {
        services.AddSingleton<GatewayMeter>();
        services.AddSingleton<HubGuard>();
        services.AddSingleton<ConnectionOwners>();
        services.AddSingleton<PortalFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<PortalFeed>());
        services.AddSignalR(hub => hub.MaximumReceiveMessageSize = MostMessageBytes)
            .AddHubOptions<PortalHub>(hub => hub.AddFilter<HubGuard>())
            .AddJsonProtocol(json => json.PayloadSerializerOptions = WireJson.Default.Options);
        return services;
    }

    public static void MapPortalHub(this IEndpointRouteBuilder routes)
    {
        // As MapHub does, with a check of every request: SignalR serves any user that knows a connection's id.
        var owners = routes.ServiceProvider.GetRequiredService<ConnectionOwners>();
        var options = new HttpConnectionDispatcherOptions { CloseOnAuthenticationExpiration = true, TransportSendTimeout = Timeout };
        routes.MapConnections(Path, options, connections => connections.Use(owners.UntilEnded).UseHub<PortalHub>())
            .RequireAuthorization(Policies.Viewer)
            .Add(endpoint =>
            {
                var serve = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = context => HoldAsync(context, held => owners.Serve(held, serve));
            });
    }

    /// <summary>A socket, a stream and a poll wait long; what is posted beside them does not.</summary>
    private static async Task HoldAsync(HttpContext context, RequestDelegate serve)
    {
        if (HttpMethods.IsPost(context.Request.Method) || PortalCaller.Of(context.User) is not { } caller)
        {
            await serve(context);
            return;
        }

        if (!context.Hold(caller.CustomerId, drains: false))
        {
            await Problem.Busy(WithoutRoom).ExecuteAsync(context);
            return;
        }

        try
        {
            await serve(context);
        }
        finally
        {
            context.LetGo();
        }
    }
}
