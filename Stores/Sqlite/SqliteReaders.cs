using Microsoft.Data.Sqlite;

namespace Rollcall.Sqlite;

/// <summary>Connections that read, a few at a time. Each callback sees one snapshot.</summary>
/// <param name="places">Reads at a time.</param>
/// <param name="ownThreads">For long reads: they block, and the thread pool's few threads are for short work.</param>
internal sealed class SqliteReaders(string file, int places = 4, bool ownThreads = false) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places);

    /// <summary>Reads at a time.</summary>
    public int Places => places;

    public async Task<T> ReadAsync<T>(Func<SqliteStatements, T> work, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return await Task.Factory.StartNew(
                () => Read(work), CancellationToken.None, ownThreads ? TaskCreationOptions.LongRunning : TaskCreationOptions.None,
                TaskScheduler.Default);
        }
        catch (SqliteException failed)
        {
            throw new StoreUnavailableException("The file cannot be read now.", failed);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private T Read<T>(Func<SqliteStatements, T> work)
    {
        using var connection = SqliteConnections.Open(file);
        using var transaction = connection.BeginTransaction(deferred: true);
        using var statements = new SqliteStatements(connection) { Transaction = transaction };
        return work(statements);
    }
}
