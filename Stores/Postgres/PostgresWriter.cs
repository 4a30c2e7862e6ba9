using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using Rollcall.Journal;

namespace Rollcall.Postgres;

/// <summary>The journal's way to the database: one connection at a time, left whenever it is in doubt.</summary>
internal sealed class PostgresWriter(PostgresDatabase database, TimeProvider clock) : IAsyncDisposable
{
    private readonly WriterConnections _lines = new(database, clock);

    // Who may still be at a write of ours. Each failed write adds one, and the next write is not before a probe has ended it.
    private readonly ConcurrentDictionary<Backend, byte> _doubtful = new();

    // Counts the probes. A write that has not begun when one does was given up: it must not come after what was decided since.
    private int _probes;

    /// <summary>
    /// Runs <paramref name="work"/>, which is one transaction; again when it was rolled back for another's sake, or surely not begun.
    /// </summary>
    /// <exception cref="StoreRefusedException">The content; rolled back.</exception>
    /// <exception cref="StoreUnavailableException">Surely nothing was written.</exception>
    /// <exception cref="Exception">Anything else: nobody knows.</exception>
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
    /// Returns when a write is on the disk and no earlier one is on its way: whoever may still be at one is ended. Takes a new
    /// connection, as the old one may lead to a server that is no longer the one that writes.
    /// </summary>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _probes);
        if (_lines.Present is { } old)
        {
            _doubtful[old.Backend] = 0;
            await _lines.LeaveAsync(old);
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

    public ValueTask DisposeAsync() => _lines.DisposeAsync();

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, Task<T>> work, int probes, CancellationToken cancellation)
    {
        var line = await _lines.TakeTurnAsync(cancellation);
        try
        {
            return probes == Volatile.Read(ref _probes)
                ? await Attempt(line, work)
                : throw new StoreUnavailableException("This write was given up before it began.");
        }
        finally
        {
            await line.EndTurnAsync();
        }
    }

    private async Task<T> Attempt<T>(WriterConnection line, Func<NpgsqlConnection, Task<T>> work)
    {
        try
        {
            return await Retries.OfRolledBack.ExecuteAsync(static async (write, _) => await write.work(write.Connection), (work, line.Connection));
        }
        catch (PostgresException rolledBack) when (rolledBack.IsRolledBack())
        {
            var error = rolledBack.Translated();
            if (error is StoreUnavailableException)
            {
                await _lines.LeaveAsync(line);
            }

            throw error;
        }
        catch (NotBegunException)
        {
            await _lines.LeaveAsync(line);
            throw;
        }
        catch (Exception unknown)
        {
            _doubtful[line.Backend] = 0;
            await _lines.LeaveAsync(line);
            if (unknown.GetBaseException() is EncoderFallbackException)
            {
                // Half a character: the message was never whole, so the server cannot have carried it out.
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
