using System.Data;
using Rollcall.Postgres.Connections;

namespace Rollcall.Postgres.Writing;

/// <summary>
/// The one connection that writes, opened when it is needed. While nobody writes it is kept alive, because a proxy may close an idle one; if it
/// was closed all the same, another one takes its place before the next write is sent.
/// </summary>
internal sealed class WriterConnections : IAsyncDisposable
{
    /// <summary>Below the idle timeouts of proxies in use.</summary>
    private static readonly TimeSpan KeepingAlive = TimeSpan.FromSeconds(5);

    private readonly PostgresDatabase _database;
    private readonly TimeProvider _clock;
    private readonly ITimer _keeper;
    private readonly SemaphoreSlim _opening = new(1);
    private WriterConnection? _current;

    public WriterConnections(PostgresDatabase database, TimeProvider clock)
    {
        (_database, _clock) = (database, clock);
        _keeper = clock.CreateTimer(_ => _ = KeepAliveAsync(), null, KeepingAlive, KeepingAlive);
    }

    /// <summary>The connection that is open now; null: none.</summary>
    public WriterConnection? Current => _current;

    /// <summary>A connection that works, once the write before is over. Give it back with <see cref="WriterConnection.EndTurnAsync"/>.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached now.</exception>
    public async Task<WriterConnection> TakeTurnAsync(CancellationToken cancellation)
    {
        WriterConnection writer;
        do
        {
            writer = await OpenAsync(cancellation);
        }
        while (!await TakeTurnAsync(writer, cancellation));
        return writer;
    }

    /// <summary>Abandons a connection: nobody writes over it any more.</summary>
    public ValueTask AbandonAsync(WriterConnection writer)
    {
        Interlocked.CompareExchange(ref _current, null, writer);
        return writer.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        if (_current is { } writer)
        {
            await AbandonAsync(writer);
        }

        _opening.Dispose();
    }

    /// <returns>False: it was abandoned, or is dead and is abandoned now. No write was under way, so there is no doubt.</returns>
    private async Task<bool> TakeTurnAsync(WriterConnection writer, CancellationToken cancellation)
    {
        if (!await writer.TakeTurnAsync(cancellation))
        {
            return false;
        }

        var works = writer.Idle <= PostgresSession.Fresh;
        try
        {
            works = works || await writer.Connection.AnswersAsync(cancellation);
            return works;
        }
        finally
        {
            if (!works)
            {
                await AbandonAsync(writer);
                await writer.EndTurnAsync();
            }
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            if (_current is { IsFree: true } writer && await TakeTurnAsync(writer, CancellationToken.None))
            {
                await writer.EndTurnAsync();
            }
        }
        catch (InvalidOperationException)
        {
            // Closed meanwhile: the next write opens another one.
        }
    }

    private async Task<WriterConnection> OpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_current is { Connection.State: ConnectionState.Open } writer)
            {
                return writer;
            }

            var connection = await _database.Single.OpenConnectionAsync(cancellation);
            return _current = new WriterConnection(connection, await Backend.OfAsync(connection, cancellation), _clock);
        }
        catch (Exception away) when (away is not OperationCanceledException)
        {
            throw new StoreUnavailableException("The database cannot be reached now.", away);
        }
        finally
        {
            _opening.Release();
        }
    }
}
