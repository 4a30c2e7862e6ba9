using System.Net.Sockets;

namespace Rollcall.DeviceAgent.Wire;

public sealed class LostConnectionTests
{
    [Fact]
    public async Task A_raw_exception_of_a_socket_is_silence_too_and_ends_nothing()
    {
        using var handler = new Throwing(new SocketException((int)SocketError.NotConnected));
        using var client = new GatewayClient(handler, new Uri("http://localhost/"), TimeProvider.System);
        var reply = await client.BeatAsync("token", new BeatRequest("online", null), CancellationToken.None);
        Assert.True(reply.Answer.IsMissing);
    }

    private sealed class Throwing(Exception fault) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw fault;
    }
}
