using Npgsql;

namespace Rollcall.Postgres;

/// <summary>A connection that writes, and who it is to the server. Once left nobody writes by it any more.</summary>
internal sealed class WriterLine(NpgsqlConnection connection, Backend backend) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile bool _left;

    public NpgsqlConnection Connection => connection;

    public Backend Backend => backend;

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
