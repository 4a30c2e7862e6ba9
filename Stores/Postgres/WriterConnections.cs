using System.Data;

namespace Rollcall.Postgres;

/// <summary>
/// The one connection that writes, opened when it is needed. While nobody writes it is kept alive, as what stands between may
/// end a silent one; where it was ended all the same, another takes its place before the next write is sent.
/// </summary>
internal sealed class WriterConnections : IAsyncDisposable
{
    /// <summary>Below the patience that proxies in use have with a silent connection.</summary>
    private static readonly TimeSpan KeepingAlive = TimeSpan.FromSeconds(5);

    private readonly PostgresDatabase _database;
    private readonly TimeProvider _clock;
    private readonly ITimer _keeper;
    private readonly SemaphoreSlim _opening = new(1);
    private WriterConnection? _present;

    public WriterConnections(PostgresDatabase database, TimeProvider clock)
    {
        (_database, _clock) = (database, clock);
        _keeper = clock.CreateTimer(_ => _ = KeepAliveAsync(), null, KeepingAlive, KeepingAlive);
    }

    /// <summary>The line that is open now; null when none is.</summary>
    public WriterConnection? Present => _present;

    /// <summary>A line that lives, when the write before it is over. To be given back by <see cref="WriterConnection.EndTurnAsync"/>.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached now.</exception>
    public async Task<WriterConnection> TakeTurnAsync(CancellationToken cancellation)
    {
        WriterConnection line;
        do
        {
            line = await OpenAsync(cancellation);
        }
        while (!await TakeTurnAsync(line, cancellation));
        return line;
    }

    /// <summary>Nobody writes by this line any more.</summary>
    public ValueTask LeaveAsync(WriterConnection line)
    {
        Interlocked.CompareExchange(ref _present, null, line);
        return line.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        if (_present is { } line)
        {
            await LeaveAsync(line);
        }

        _opening.Dispose();
    }

    /// <returns>False: it has been left, or was found dead and is left. Nothing was on its way by it, so that is no doubt.</returns>
    private async Task<bool> TakeTurnAsync(WriterConnection line, CancellationToken cancellation)
    {
        if (!await line.TakeTurnAsync(cancellation))
        {
            return false;
        }

        var lives = line.Idle <= PostgresSession.Fresh;
        try
        {
            lives = lives || await line.Connection.AnswersAsync(cancellation);
            return lives;
        }
        finally
        {
            if (!lives)
            {
                await LeaveAsync(line);
                await line.EndTurnAsync();
            }
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            if (_present is { IsFree: true } line && await TakeTurnAsync(line, CancellationToken.None))
            {
                await line.EndTurnAsync();
            }
        }
        catch (InvalidOperationException)
        {
            // Closed meanwhile: the next write opens another.
        }
    }

    private async Task<WriterConnection> OpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_present is { Connection.State: ConnectionState.Open } line)
            {
                return line;
            }

            var connection = await _database.Single.OpenConnectionAsync(cancellation);
            return _present = new WriterConnection(connection, await Backend.OfAsync(connection, cancellation), _clock);
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
