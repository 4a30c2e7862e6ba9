using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Rollcall;

/// <summary>
/// Bounds what the system keeps for a caller who does not read. Left to itself it takes up to 4 MB a connection, outside the
/// process but within the container's limit: 60 slow readers of one file held 225 MB.
/// </summary>
internal static class SendBuffer
{
    public static void AddSendBuffer(this IServiceCollection services, GatewaySettings settings) =>
        services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = address =>
        {
            // Connections inherit it from the socket that accepts them.
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
            socket.SendBufferSize = settings.SendBuffer;
            return socket;
        });
}
