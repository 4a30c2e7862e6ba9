using Microsoft.Data.Sqlite;

namespace Rollcall.Sqlite;

/// <summary>Connections that read, a few at a time. Each work sees one snapshot.</summary>
internal sealed class SqliteReaders(string file) : IDisposable
{
    private readonly SemaphoreSlim _places = new(4);

    public async Task<T> ReadAsync<T>(Func<SqliteStatements, T> work, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Read(work), CancellationToken.None);
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
