using Rollcall.DeviceApi.WebSockets;

namespace Rollcall.DeviceApi;

/// <summary>Registers what serves devices.</summary>
internal static class DeviceApiHosting
{
    public static IServiceCollection AddDeviceApi(this IServiceCollection services) => services
        .AddSingleton<DeviceProtocol>()
        .AddSingleton<DeviceConnections>().AddHostedService(provider => provider.GetRequiredService<DeviceConnections>())
        .AddSingleton<Greetings>().AddHostedService(provider => provider.GetRequiredService<Greetings>());
}
