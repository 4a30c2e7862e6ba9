namespace Rollcall.DeviceAgent.Line;

/// <summary>A socket to the gateway that is open.</summary>
internal interface IGatewayConnection : IAsyncDisposable
{
    /// <summary>Why the other side closed it; null: it did not, or not in words.</summary>
    int? CloseCode { get; }

    Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken stop);

    /// <returns>The next text; null: the line is over.</returns>
    Task<byte[]?> ReceiveAsync(CancellationToken stop);
}

/// <summary>Opens lines. Faked where time is.</summary>
internal interface IGatewayDialer
{
    /// <exception cref="HandshakeRefusedException">The gateway answered the handshake with a status.</exception>
    Task<IGatewayConnection> DialAsync(string token, CancellationToken stop);
}

/// <summary>No socket, but an answer.</summary>
internal sealed class HandshakeRefusedException(int status, TimeSpan retryAfter) : Exception($"The handshake was answered {status}.")
{
    public int Status => status;

    public TimeSpan RetryAfter => retryAfter;
}
