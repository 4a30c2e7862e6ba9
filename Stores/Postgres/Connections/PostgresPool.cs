using System.Data;
using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>The connection pool, for everything but the journal.</summary>
internal sealed class PostgresPool(PostgresDatabase database)
{
    /// <summary>Connections at most.</summary>
    public int Size => database.PoolSize;

    /// <summary>Runs a query; retries once when its connection died, as all do when the server restarts.</summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await OnceAsync(work, cancellation);
        }
        catch (NpgsqlException dead)
            when (dead is not PostgresException { InvariantSeverity: "ERROR" } && dead.InnerException is not TimeoutException)
        {
            try
            {
                // Over a new connection: the idle ones may be dead, too.
                database.Pool.Clear();
                return await OnceAsync(work, cancellation);
            }
            catch (NpgsqlException away)
            {
                throw new StoreUnavailableException("The database cannot be read now.", away);
            }
        }
        catch (NpgsqlException away)
        {
            throw new StoreUnavailableException("The database cannot be read now.", away);
        }
    }

    /// <summary>The same with all queries in one snapshot. <paramref name="before"/> runs before the snapshot is taken.</summary>
    public Task<T> ReadSnapshotAsync<TBefore, T>(
        Func<NpgsqlConnection, Task<TBefore>> before, Func<NpgsqlConnection, TBefore, Task<T>> work, CancellationToken cancellation) => ReadAsync(
        async connection =>
        {
            var first = await before(connection);
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            return await work(connection, first);
        },
        cancellation);

    public Task<T> ReadSnapshotAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation) =>
        ReadSnapshotAsync(_ => Task.FromResult(0), (connection, _) => work(connection), cancellation);

    /// <summary>Runs one transaction; retries once when it was certainly not begun.</summary>
    /// <exception cref="Journal.StoreRefusedException">The content is invalid; rolled back.</exception>
    /// <exception cref="StoreUnavailableException">Certainly nothing was written.</exception>
    /// <exception cref="Exception">Anything else: unknown whether it was written.</exception>
    public async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await WriteOnceAsync(work, cancellation);
        }
        catch (NotBegunException)
        {
            try
            {
                database.Pool.Clear();
                return await WriteOnceAsync(work, cancellation);
            }
            catch (NotBegunException again)
            {
                throw new StoreUnavailableException("The database ends its sessions now.", again);
            }
        }
    }

    private async Task<T> WriteOnceAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        try
        {
            return await work(connection);
        }
        catch (PostgresException rolledBack) when (rolledBack.IsRolledBack())
        {
            throw rolledBack.Translated();
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            return await database.Pool.OpenAsync(cancellation);
        }
        catch (NpgsqlException away)
        {
            throw new StoreUnavailableException("The database cannot be reached now.", away);
        }
    }

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        await using var connection = await database.Pool.OpenAsync(cancellation);
        return await work(connection);
    }
}
