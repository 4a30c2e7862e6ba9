using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Rollcall.Warming;

/// <summary>A device's requests on a connection: sends one, and waits for the whole answer.</summary>
internal sealed class WarmUpCaller(IDuplexPipe line, string token)
{
    private const string Metrics = """{"cpu":1.5,"memory":50,"uptime":60}""";

    /// <returns>The status.</returns>
    public async Task<int> BeatAsync(CancellationToken cancellation)
    {
        var answer = await AskAsync(Request("POST /api/v1/device/heartbeat", $$"""{"status":"healthy","metrics":{{Metrics}}}"""), Length,
            cancellation);
        return int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>Refused for its form: a sign-in that is checked would take somebody's turn.</summary>
    public Task SignInAsync(CancellationToken cancellation) =>
        AskAsync(Request("POST /api/v1/device/auth", """{"deviceId":"~","deviceSecret":"~"}"""), Length, cancellation);

    /// <summary>Makes a socket of the connection, or not, as older silos do not know this device.</summary>
    public async Task<bool> OpenSocketAsync(CancellationToken cancellation)
    {
        var answer = await AskAsync(
            Request("GET /api/v1/device/ws", "",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: d2FybS11cC13YXJtLXVwIQ==\r\n"),
            Length, cancellation);
        return answer.StartsWith("HTTP/1.1 101", StringComparison.Ordinal);
    }

    public Task BeatOverSocketAsync(CancellationToken cancellation)
    {
        // A text frame of less than 126 bytes, masked with zeros.
        var beat = Encoding.ASCII.GetBytes($$"""{"type":"heartbeat","status":"healthy","metrics":{{Metrics}}}""");
        return AskAsync([0x81, (byte)(0x80 | beat.Length), 0, 0, 0, 0, .. beat], UntilAcknowledged, cancellation);
    }

    public async Task HangUpAsync()
    {
        await line.Output.CompleteAsync();
        await line.Input.CompleteAsync();
    }

    private static int? Length(byte[] bytes)
    {
        ReadOnlySpan<byte> received = bytes;
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var name = "\r\nContent-Length: "u8;
        var at = received[..end].IndexOf(name);
        return end + 4 + (at >= 0 && Utf8Parser.TryParse(received[(at + name.Length)..], out int length, out _) ? length : 0);
    }

    private static int? UntilAcknowledged(byte[] received) => received.AsSpan().IndexOf("\"heartbeat_ack\""u8) < 0 ? null : received.Length;

    private byte[] Request(string what, string body, string more = "") => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{what} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: "
            + $"application/json\r\n{more}Content-Length: {body.Length}\r\n\r\n{body}"));

    /// <param name="whole">How long the answer is; null: not all of it has come.</param>
    /// <exception cref="IOException">There is none.</exception>
    private async Task<string> AskAsync(byte[] request, Func<byte[], int?> whole, CancellationToken cancellation)
    {
        await line.Output.WriteAsync(request, cancellation);
        while (true)
        {
            var read = await line.Input.ReadAsync(cancellation);
            var received = read.Buffer.ToArray();
            if (whole(received) is { } length && length <= received.Length)
            {
                line.Input.AdvanceTo(read.Buffer.GetPosition(length));
                return Encoding.ASCII.GetString(received.AsSpan(0, length));
            }

            line.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                throw new IOException("The server hung up.");
            }
        }
    }
}
