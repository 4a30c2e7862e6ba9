using System.Net;
using System.Net.Sockets;

namespace Rollcall;

/// <summary>Looks whether PORT can be had before a silo is started for nothing, and stopped again with a page of log.</summary>
internal static class PortCheck
{
    /// <exception cref="SettingException">Another program has it.</exception>
    public static void RequireFreePort(this GatewaySettings settings)
    {
        if (settings.Port == 0)
        {
            return;
        }

        foreach (var address in Addresses(settings))
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(address, settings.Port));
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new SettingException("PORT", $"names port {settings.Port}, which another program is using: stop that one, or set PORT to another.");
            }
            catch (SocketException)
            {
                // Whatever else is wrong with the address, the server says it better.
            }
        }
    }

    private static IPAddress[] Addresses(GatewaySettings settings) => settings.ListenAddress switch
    {
        "*" => Socket.OSSupportsIPv6 ? [IPAddress.IPv6Any, IPAddress.Any] : [IPAddress.Any],
        "localhost" => Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback],
        var one => [IPAddress.Parse(one)],
    };
}
