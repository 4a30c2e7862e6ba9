using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Rollcall.Connections;

/// <summary>The gateway's ports and how many connections each bears: PORT is the world's, the others are asked by a few programs.</summary>
internal static class Doors
{
    public static void AddDoors(this IServiceCollection services, GatewaySettings settings)
    {
        var world = services.AddConnectionBook("PORT", settings.Connections, settings.TrustedProxies.Contains);
        var metrics = settings.MetricsPort is null ? world : services.AddSmallConnectionBook("METRICS_PORT", settings.Connections);
        var health = settings.HealthPort is null ? world : services.AddSmallConnectionBook("HEALTH_PORT", settings.Connections);
        services.AddSingleton<IdleTimes>();
        services.AddBoundedSockets(port => port == settings.MetricsPort ? metrics : port == settings.HealthPort ? health : world);
    }

    /// <summary>
    /// A request comes whole within this time, or not at all: its head by Kestrel's clock, its body at the pace at which the largest
    /// one takes as long. A slow line has the whole time for its few bytes.
    /// </summary>
    public static void RequireRequestsWithin(this KestrelServerLimits limits, TimeSpan timeout)
    {
        limits.RequestHeadersTimeout = timeout;
        limits.MinRequestBodyDataRate = new MinDataRate(GatewayApp.MostBodyBytes / timeout.TotalSeconds, timeout);
    }

    /// <summary>The line logged at the start: how many connections, and whether as many devices' sockets fit as were asked for.</summary>
    public static string Line(this GatewaySettings settings)
    {
        var (all, devices) = (settings.Connections, settings.DeviceConnections);
        return !devices.IsMostSet || devices.Most <= all.Most
            ? all.Line
            : $"{all.Line} DEVICE_LINKS ({devices.Most}) is more than that: so many sockets of devices cannot be open here.";
    }
}
