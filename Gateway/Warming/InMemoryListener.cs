using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Rollcall.Warming;

/// <summary>Connections to a server of this process, made of memory: no port, so nobody else can come by it.</summary>
internal sealed class InMemoryListener : IConnectionListenerFactory, IConnectionListener
{
    private static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 0);
    private readonly Channel<ConnectionContext> _coming = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint => Loopback;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _coming.Reader.WaitToReadAsync(cancellationToken) && _coming.Reader.TryRead(out var connection) ? connection : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _coming.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    /// <returns>The caller's side.</returns>
    public IDuplexPipe Connect(string id)
    {
        var (question, answer) = (new Pipe(), new Pipe());
        var caller = new Side(answer.Reader, question.Writer);
        _coming.Writer.TryWrite(
            new Connection(id, new Side(question.Reader, answer.Writer), caller) { LocalEndPoint = Loopback, RemoteEndPoint = Loopback });
        return caller;
    }

    /// <summary>Its own abort goes on on another thread, which may come when what it cancels has been disposed of.</summary>
    private sealed class Connection : DefaultConnectionContext
    {
        private readonly CancellationTokenSource _aborted = new();

        public Connection(string id, IDuplexPipe transport, IDuplexPipe application)
            : base(id, transport, application) => ConnectionClosed = _aborted.Token;

        public override void Abort(ConnectionAbortedException abortReason) => _ = _aborted.CancelAsync();
    }

    private sealed record Side(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
