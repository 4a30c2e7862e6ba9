using Microsoft.Data.Sqlite;
using Rollcall.Journal;

namespace Rollcall.Sqlite;

/// <summary>
/// The one connection that writes. SQLite has one writer per file; taking turns here is cheaper than lock conflicts there. Its calls
/// block, so they run on a thread of the pool.
/// </summary>
internal sealed class SqliteWriter(string file) : IDisposable
{
    // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE: the content, not the store.
    private static readonly int[] ContentErrors = [18, 19, 20, 25];
    private const int Busy = 5;
    private const int Full = 13;
    private readonly SemaphoreSlim _turn = new(1);
    private SqliteConnection? _connection;
    private SqliteStatements? _statements;

    /// <summary>Runs <paramref name="work"/> in one transaction and commits it.</summary>
    /// <exception cref="StoreRefusedException">The content is invalid; rolled back.</exception>
    /// <exception cref="StoreUnavailableException">Certainly nothing was written.</exception>
    /// <exception cref="SqliteException">The commit failed in a way that leaves it open whether it happened.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteStatements, T> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            // After the wait: a caller that gave up meanwhile must find that nothing was written.
            cancellation.ThrowIfCancellationRequested();
            return await Task.Run(() => Write(work), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        Drop();
        _turn.Dispose();
    }

    private T Write<T>(Func<SqliteStatements, T> work)
    {
        var transaction = Begin();
        try
        {
            var result = work(_statements!);
            Commit(transaction);
            return result;
        }
        catch (SqliteException content) when (ContentErrors.Contains(content.SqliteErrorCode))
        {
            transaction.Rollback();
            throw new StoreRefusedException(content.Message, content);
        }
        catch (Exception)
        {
            Drop();
            throw;
        }
        finally
        {
            transaction.Dispose();
        }
    }

    private SqliteTransaction Begin()
    {
        try
        {
            _connection ??= SqliteConnections.Open(file);
            _statements ??= new SqliteStatements(_connection);
            return _statements.Transaction = _connection.BeginTransaction(deferred: false);
        }
        catch (SqliteException away)
        {
            Drop();
            throw new StoreUnavailableException("The file cannot be written now.", away);
        }
    }

    private static void Commit(SqliteTransaction transaction)
    {
        try
        {
            transaction.Commit();
        }
        catch (SqliteException failed) when (failed.SqliteErrorCode is Busy or Full)
        {
            // By SQLite's documentation, the transaction is not committed after these.
            throw new StoreUnavailableException("The file could not be committed to.", failed);
        }
    }

    private void Drop()
    {
        _statements?.Dispose();
        _statements = null;
        if (_connection is { } connection)
        {
            _connection = null;
            SqliteConnection.ClearPool(connection);
            connection.Dispose();
        }
    }
}
