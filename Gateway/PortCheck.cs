using System.Net;
using System.Net.Sockets;

namespace Rollcall;

/// <summary>Looks whether PORT can be had before a silo is started for nothing, and stopped again with a page of log.</summary>
internal static class PortCheck
{
    /// <exception cref="SettingException">Another program has it.</exception>
    public static void RequireFreePort(this GatewaySettings settings)
    {
        RequireFree("PORT", settings.ListenAddress, settings.Port);
        RequireFree("METRICS_PORT", settings.MetricsAddress, settings.MetricsPort ?? 0);
        RequireFree("HEALTH_PORT", settings.HealthAddress, settings.HealthPort ?? 0);
    }

    private static void RequireFree(string name, string listen, int port)
    {
        if (port == 0)
        {
            return;
        }

        foreach (var address in Addresses(listen))
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(address, port));
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new SettingException(name, $"names port {port}, which another program is using: stop that one, or set {name} to another.");
            }
            catch (SocketException)
            {
                // Whatever else is wrong with the address, the server says it better.
            }
        }
    }

    private static IPAddress[] Addresses(string listen) => listen switch
    {
        "*" => Socket.OSSupportsIPv6 ? [IPAddress.IPv6Any, IPAddress.Any] : [IPAddress.Any],
        "localhost" => Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback],
        var one => [IPAddress.Parse(one)],
    };
}
