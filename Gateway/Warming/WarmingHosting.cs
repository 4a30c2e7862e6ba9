using Microsoft.AspNetCore.Hosting.Server;

namespace Rollcall.Warming;

/// <summary>Puts the warm-up before the server.</summary>
internal static class WarmingHosting
{
    /// <param name="siloInside">It has started before the server does.</param>
    public static void AddWarmUp(this IServiceCollection services, bool siloInside)
    {
        services.AddSingleton<SiloContact>();
        services.AddSingleton<PathWarmUp>();
        if (!siloInside)
        {
            services.AddSingleton<ILifecycleParticipant<IClusterClientLifecycle>>(provider => provider.GetRequiredService<SiloContact>());
        }

        var server = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(server);
        services.AddSingleton(server.ImplementationType!);
        services.AddSingleton<IServer>(provider => new WarmServer(
            (IServer)provider.GetRequiredService(server.ImplementationType!), provider.GetRequiredService<PathWarmUp>()));
    }

    /// <summary>Takes down what serves a request from here on. To be the first; a request does not meet it.</summary>
    public static void UseWarmUp(this WebApplication app, bool siloInside)
    {
        if (siloInside)
        {
            app.Services.GetRequiredService<SiloContact>().Succeeded();
        }

        app.Use(next => app.Services.GetRequiredService<PathWarmUp>().Serve = next);
    }

    /// <summary>Nobody has asked for this.</summary>
    public static bool IsWarmUp(this HttpContext context) => context.Connection.Id == PathWarmUp.ConnectionId;
}
