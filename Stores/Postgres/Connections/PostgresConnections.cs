using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>
/// A pool whose connections work when they are handed out: one that was idle for over a second is checked first, because
/// <c>idle_session_timeout</c>, a proxy or a router may have ended it. A dead one had nothing under way, and another takes its place. Orleans'
/// provider of reminders has such a pool, too.
/// </summary>
internal sealed class PostgresConnections : DbDataSource
{
    // Entries of closed connections stay until then.
    private const int MostKnown = 10_000;

    private readonly TimeProvider _clock;
    private readonly PostgresHosts _hosts;

    // When a connection was last handed out, by its process number at the server or the pooler.
    private readonly ConcurrentDictionary<int, long> _given = new();

    public PostgresConnections(NpgsqlConnectionStringBuilder settings, TimeProvider clock)
    {
        _clock = clock;
        _hosts = PostgresHosts.Build(settings, Opened);
    }

    public override string ConnectionString => _hosts.Source.ConnectionString;

    /// <exception cref="NpgsqlException">The database cannot be reached now.</exception>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var connection = await _hosts.Source.OpenConnectionAsync(cancellation);
            if (IsFresh(connection) || await LivesAsync(connection, cancellation))
            {
                _given[connection.ProcessID] = _clock.GetTimestamp();
                return connection;
            }

            // The others were idle as long, or longer. New ones are fresh, so this loop ends.
            await connection.DisposeAsync();
            Clear();
        }
    }

    /// <summary>Closes idle connections; those in use are closed when they are returned.</summary>
    public void Clear()
    {
        _hosts.Source.Clear();
        _given.Clear();
    }

    protected override DbConnection CreateDbConnection() => _hosts.Source.CreateConnection();

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) =>
        await OpenAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hosts.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await _hosts.DisposeAsync();
        await base.DisposeAsyncCore();
    }

    private void Opened(NpgsqlConnection connection)
    {
        if (_given.Count > MostKnown)
        {
            _given.Clear();
        }

        _given[connection.ProcessID] = _clock.GetTimestamp();
    }

    private bool IsFresh(NpgsqlConnection connection) =>
        _given.TryGetValue(connection.ProcessID, out var given) && _clock.GetElapsedTime(given) <= PostgresSession.Fresh;

    private static async Task<bool> LivesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            return await connection.AnswersAsync(cancellation);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
