using System.Net;
using System.Net.Sockets;

namespace Rollcall.Support.Processes;

/// <summary>Free ports of this machine.</summary>
public static class Ports
{
    /// <summary>
    /// Below the range that outgoing connections take theirs from: a client that knocks at a port of that range while nobody
    /// listens may be given the very same one, and then talks to itself and keeps the gateway out.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 30_000);
            if (IsFree(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Loopback, port)))
            {
                return port;
            }
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException taken)
        {
            return taken.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}
