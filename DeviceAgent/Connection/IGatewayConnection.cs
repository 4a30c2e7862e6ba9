namespace Rollcall.DeviceAgent.Connection;

/// <summary>An open connection to the gateway.</summary>
internal interface IGatewayConnection : IAsyncDisposable
{
    /// <summary>The code with which the gateway closed it; null: it did not, or without a code.</summary>
    int? CloseCode { get; }

    Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken stop);

    /// <returns>The next text; null: the connection has ended.</returns>
    Task<byte[]?> ReceiveAsync(CancellationToken stop);
}

/// <summary>Opens connections. Tests fake it with the clock.</summary>
internal interface IGatewayDialer
{
    /// <exception cref="HandshakeRefusedException">The gateway answered the handshake with a status.</exception>
    Task<IGatewayConnection> DialAsync(string token, CancellationToken stop);
}

/// <summary>The gateway answered the handshake without opening a WebSocket.</summary>
internal sealed class HandshakeRefusedException(int status, TimeSpan retryAfter) : Exception($"The handshake was answered {status}.")
{
    public int Status => status;

    public TimeSpan RetryAfter => retryAfter;
}
