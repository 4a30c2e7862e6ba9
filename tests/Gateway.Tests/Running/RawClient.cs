using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rollcall.Running;

/// <summary>A client that writes its bytes itself, and need not be polite.</summary>
public sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private RawClient()
    {
    }

    public static async Task<RawClient> ConnectAsync(TestGateway gateway)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
        return client;
    }

    public static async Task<RawClient> SayingAsync(TestGateway gateway, string text)
    {
        var client = await ConnectAsync(gateway);
        await client.SayAsync(text);
        return client;
    }

    public Task SayAsync(string text) => SayAsync(Encoding.Latin1.GetBytes(text));

    public async Task SayAsync(byte[] bytes) => await _socket.SendAsync(bytes);

    /// <summary>Says that nothing more comes, and still listens.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks off: what is on its way is lost, and the other end gets an RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>What comes until it contains this.</summary>
    public async Task<string> HearAsync(string until)
    {
        var heard = "";
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(Patience);
        while (!heard.Contains(until, StringComparison.Ordinal))
        {
            var read = await _socket.ReceiveAsync(buffer, patience.Token);
            Assert.True(read > 0, $"Closed before '{until}': {heard}");
            heard += Encoding.Latin1.GetString(buffer, 0, read);
        }

        return heard;
    }

    /// <summary>All that comes until the other end closes.</summary>
    public async Task<string> HearAllAsync()
    {
        var heard = "";
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (await _socket.ReceiveAsync(buffer, patience.Token) is > 0 and var read)
            {
                heard += Encoding.Latin1.GetString(buffer, 0, read);
            }
        }
        catch (SocketException)
        {
            // It closed over what it had not read.
        }

        return heard;
    }

    public void Dispose() => _socket.Dispose();
}
