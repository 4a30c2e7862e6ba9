using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rollcall.Running;

namespace Rollcall;

public sealed class SendBufferTests(SharedGateway shared)
{
    [Fact]
    public async Task What_a_caller_does_not_read_is_bounded_in_the_system_too()
    {
        var listen = shared.Gateway.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.CreateBoundListenSocket;
        using var listener = listen(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await caller.ConnectAsync(listener.LocalEndPoint!);
        using var server = await listener.AcceptAsync();
        server.Blocking = false;
        var (sent, piece) = (0, new byte[32 * 1024]);
        while (server.Send(piece, SocketFlags.None, out var error) is var taken && error == SocketError.Success)
        {
            sent += taken;
            Assert.True(sent < 1024 * 1024, "A MiB and more finds room, though nobody reads.");
        }
    }
}
