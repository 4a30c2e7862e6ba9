using Npgsql;
using Rollcall.Postgres.Connections;

namespace Rollcall.Postgres.Writing;

/// <summary>A connection that writes, with its backend at the server. Once abandoned, nobody writes over it any more.</summary>
internal sealed class WriterConnection(NpgsqlConnection connection, Backend backend, TimeProvider clock) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private long _used = clock.GetTimestamp();
    private volatile bool _abandoned;

    public NpgsqlConnection Connection => connection;

    public Backend Backend => backend;

    /// <summary>True: nobody has the turn.</summary>
    public bool IsFree => _turn.CurrentCount > 0;

    /// <summary>How long it was unused. Only for the holder of the turn.</summary>
    public TimeSpan Idle => clock.GetElapsedTime(_used);

    /// <summary>Waits for the write before.</summary>
    /// <returns>False: the connection was abandoned meanwhile.</returns>
    public async Task<bool> TakeTurnAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        if (_abandoned)
        {
            _turn.Release();
        }

        return !_abandoned;
    }

    public async Task EndTurnAsync()
    {
        _used = clock.GetTimestamp();
        _turn.Release();
        await CloseIfAbandonedAsync();
    }

    /// <summary>Abandons it. During a write, the connection is closed at the end of the write, because closing would wait for it.</summary>
    public async ValueTask DisposeAsync()
    {
        _abandoned = true;
        await CloseIfAbandonedAsync();
    }

    private async Task CloseIfAbandonedAsync()
    {
        if (_abandoned && await _turn.WaitAsync(TimeSpan.Zero))
        {
            await connection.DisposeAsync();
            _turn.Release();
        }
    }
}
