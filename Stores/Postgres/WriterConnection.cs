using Npgsql;

namespace Rollcall.Postgres;

/// <summary>A connection that writes, and who it is to the server. Once left nobody writes by it any more.</summary>
internal sealed class WriterConnection(NpgsqlConnection connection, Backend backend, TimeProvider clock) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private long _used = clock.GetTimestamp();
    private volatile bool _left;

    public NpgsqlConnection Connection => connection;

    public Backend Backend => backend;

    /// <summary>Nobody has the turn.</summary>
    public bool IsFree => _turn.CurrentCount > 0;

    /// <summary>How long nobody has used it. For whoever has the turn.</summary>
    public TimeSpan Idle => clock.GetElapsedTime(_used);

    /// <summary>Waits for the write before.</summary>
    /// <returns>False: the line has been left meanwhile.</returns>
    public async Task<bool> TakeTurnAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        if (_left)
        {
            _turn.Release();
        }

        return !_left;
    }

    public async Task EndTurnAsync()
    {
        _used = clock.GetTimestamp();
        _turn.Release();
        await CloseIfLeftAsync();
    }

    /// <summary>Leaves it. A connection that is at a write is closed at the end of that, as closing would wait for it.</summary>
    public async ValueTask DisposeAsync()
    {
        _left = true;
        await CloseIfLeftAsync();
    }

    private async Task CloseIfLeftAsync()
    {
        if (_left && await _turn.WaitAsync(TimeSpan.Zero))
        {
            await connection.DisposeAsync();
            _turn.Release();
        }
    }
}
