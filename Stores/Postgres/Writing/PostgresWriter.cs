using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using Rollcall.Journal;
using Rollcall.Postgres.Connections;

namespace Rollcall.Postgres.Writing;

/// <summary>The journal's access to the database: one connection at a time, abandoned whenever a write is in doubt.</summary>
internal sealed class PostgresWriter(PostgresDatabase database, TimeProvider clock) : IAsyncDisposable
{
    private readonly WriterConnections _connections = new(database, clock);

    // Backends that may still execute a write of ours. Each failed write adds one, and a probe ends it before the next write.
    private readonly ConcurrentDictionary<Backend, byte> _doubtful = new();

    // Counts the probes. A write that has not started when a probe starts was given up: it must not follow later decisions.
    private int _probes;

    /// <summary>
    /// Runs <paramref name="work"/>, which is one transaction. Retries when it was rolled back because of another one, or certainly not begun.
    /// </summary>
    /// <exception cref="StoreRefusedException">The content is invalid; rolled back.</exception>
    /// <exception cref="StoreUnavailableException">Certainly nothing was written.</exception>
    /// <exception cref="Exception">Anything else: unknown whether it was written.</exception>
    public async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        var probes = Volatile.Read(ref _probes);
        try
        {
            return await OnceAsync(work, probes, cancellation);
        }
        catch (NotBegunException)
        {
            try
            {
                return await OnceAsync(work, probes, cancellation);
            }
            catch (NotBegunException again)
            {
                throw new StoreUnavailableException("The database ends its sessions now.", again);
            }
        }
    }

    /// <summary>
    /// Returns when a write is on disk and no earlier one is under way: backends that may still execute one are terminated. Uses a new
    /// connection, because the old one may lead to a server that is no longer the primary.
    /// </summary>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _probes);
        if (_connections.Current is { } old)
        {
            _doubtful[old.Backend] = 0;
            await _connections.AbandonAsync(old);
        }

        foreach (var backend in _doubtful.Keys)
        {
            await WriteAsync(
                async connection =>
                {
                    await backend.EndAsync(connection, clock, cancellation);
                    return _doubtful.TryRemove(backend, out _);
                },
                cancellation);
        }

        await WriteAsync(connection => TouchAsync(connection, cancellation), cancellation);
    }

    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, Task<T>> work, int probes, CancellationToken cancellation)
    {
        var writer = await _connections.TakeTurnAsync(cancellation);
        try
        {
            return probes == Volatile.Read(ref _probes)
                ? await Attempt(writer, work)
                : throw new StoreUnavailableException("This write was given up before it began.");
        }
        finally
        {
            await writer.EndTurnAsync();
        }
    }

    private async Task<T> Attempt<T>(WriterConnection writer, Func<NpgsqlConnection, Task<T>> work)
    {
        try
        {
            return await Retries.OfRolledBack.ExecuteAsync(static async (write, _) => await write.work(write.Connection), (work, writer.Connection));
        }
        catch (PostgresException rolledBack) when (rolledBack.IsRolledBack())
        {
            var error = rolledBack.Translated();
            if (error is StoreUnavailableException)
            {
                await _connections.AbandonAsync(writer);
            }

            throw error;
        }
        catch (NotBegunException)
        {
            await _connections.AbandonAsync(writer);
            throw;
        }
        catch (Exception unknown)
        {
            _doubtful[writer.Backend] = 0;
            await _connections.AbandonAsync(writer);
            if (unknown.GetBaseException() is EncoderFallbackException)
            {
                // Half a character: the message was never complete, so the server cannot have executed it.
                throw new StoreRefusedException(unknown.Message, unknown);
            }

            throw;
        }
    }

    /// <summary>A real write: an update of nothing would succeed on a full disk.</summary>
    private static async Task<bool> TouchAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var probe = new NpgsqlCommand("UPDATE write_probe SET at = now()", connection) { CommandTimeout = 2 };
        return await probe.ExecuteNonQueryAsync(cancellation) == 1
            ? true
            : throw new StoreUnavailableException("The table write_probe has lost its row.");
    }
}
