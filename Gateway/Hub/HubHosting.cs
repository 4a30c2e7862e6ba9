using Microsoft.AspNetCore.SignalR;
using Rollcall.Auth;
using Rollcall.Measuring;
using Rollcall.Wire;

namespace Rollcall.Hub;

/// <summary>The portal's hub: registration and route.</summary>
internal static class HubHosting
{
    public const string Path = "/hubs/portal";
    private const int MostMessageBytes = 512 * 1024;

    /// <summary>How long one write may wait for a portal to read. In the usual 10 s a slow line cannot take the snapshot of a large fleet, and would ask for it again and again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddPortalHub(this IServiceCollection services)
    {
        services.AddSingleton<GatewayMeter>();
        services.AddSingleton<HubGuard>();
        services.AddSingleton<PortalFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<PortalFeed>());
        services.AddSignalR(hub => hub.MaximumReceiveMessageSize = MostMessageBytes)
            .AddHubOptions<PortalHub>(hub => hub.AddFilter<HubGuard>())
            .AddJsonProtocol(json => json.PayloadSerializerOptions = WireJson.Default.Options);
        return services;
    }

    public static void MapPortalHub(this IEndpointRouteBuilder routes) => routes
        .MapHub<PortalHub>(Path, connection =>
        {
            connection.CloseOnAuthenticationExpiration = true;
            connection.TransportSendTimeout = Patience;
        })
        .RequireAuthorization(Policies.Viewer);
}
