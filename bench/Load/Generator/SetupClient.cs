using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rollcall.Load.Generator;

/// <summary>Single requests before and after the load, one after the other on one connection.</summary>
internal sealed class SetupClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[1024 * 1024];

    public SetupClient(int port) => _socket.Connect(IPAddress.Loopback, port);

    public JsonElement Post(string path, string json, string? token = null)
    {
        var credential = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        return Ask(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\n{credential}Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}"));
    }

    public JsonElement Get(string path, string token) => Ask($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");

    public void Dispose() => _socket.Dispose();

    private JsonElement Ask(string request)
    {
        _socket.Send(Encoding.ASCII.GetBytes(request));
        var length = 0;
        while (true)
        {
            var read = _socket.Receive(_received.AsSpan(length));
            if (read == 0)
            {
                throw new LoadException("The gateway closed the connection.");
            }

            length += read;
            if (Answer.TryRead(_received.AsSpan(0, length), out var answer))
            {
                return answer.Status is 200 or 201
                    ? JsonDocument.Parse(answer.Body.ToArray()).RootElement
                    : throw new LoadException($"{request[..request.IndexOf('\r', StringComparison.Ordinal)]} was answered {answer.Status}.");
            }
        }
    }
}
