using System.Data.Common;
using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Rollcall.Facts;

namespace Rollcall.Schema;

/// <summary>
/// A grain storage for rare writes. A state is a row, and what happened by a write is stored in its transaction. Rows have the form of Orleans'
/// ADO.NET provider, which wrote them before: its silos run beside ours.
/// </summary>
internal abstract class StateStorage(IGrainStorageSerializer serializer) : IGrainStorage
{
    /// <summary>A call of a grain ends after 5 s.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <exception cref="StoreUnavailableException">The store is unavailable.</exception>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = await InTime(timeout => ReadAsync(new StateKey(stateName, grainId), timeout));
        (grainState.State, grainState.ETag, grainState.RecordExists) = row is { Payload: { } payload }
            ? (serializer.Deserialize<T>(new BinaryData(payload)), Tag(row.Value.Version), true)
            : (Activator.CreateInstance<T>(), row is { } cleared ? Tag(cleared.Version) : null, false);
    }

    /// <exception cref="InconsistentStateException">Somebody else has written since the state was read.</exception>
    /// <exception cref="InvalidOperationException">No table keeps one of its facts; nothing was written.</exception>
    /// <exception cref="Journal.StoreRefusedException">The store rejects the content; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">It is unknown whether it was written.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var read = await Change(stateName, grainId, grainState, serializer.Serialize(grainState.State).ToArray());
        (grainState.ETag, grainState.RecordExists) = (Tag((read ?? 0) + 1), true);
    }

    /// <summary>Removes the row, and stores the facts of the state that goes.</summary>
    /// <exception cref="InconsistentStateException">Somebody else has written since the state was read.</exception>
    /// <exception cref="InvalidOperationException">No table keeps one of its facts; nothing was removed.</exception>
    /// <exception cref="Journal.StoreRefusedException">The store rejects the facts; nothing was removed.</exception>
    /// <exception cref="StoreUnavailableException">It is unknown whether it was removed.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Change(stateName, grainId, grainState, next: null);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
    }

    protected abstract Task<StateRow?> ReadAsync(StateKey key, CancellationToken timeout);

    /// <summary>Writes the row at its base, and then the facts, in one transaction.</summary>
    /// <returns>False: the row has another version. Nothing was written.</returns>
    protected abstract Task<bool> WriteAsync(StateChange change, CancellationToken timeout);

    /// <returns>The version that the change was based on.</returns>
    private async Task<long?> Change<T>(string stateName, GrainId grainId, IGrainState<T> state, byte[]? next)
    {
        long? read = state.ETag is { } tag ? long.Parse(tag, CultureInfo.InvariantCulture) : null;
        var change = new StateChange(new StateKey(stateName, grainId), read, next, state.State is StateWithFacts { Facts: var facts } ? facts : []);
        return await InTime(timeout => WriteAsync(change, timeout))
            ? read
            : throw new InconsistentStateException(
                $"The {stateName} of {grainId} has been written since it was read.", storedEtag: "?", currentEtag: state.ETag ?? "none");
    }

    /// <summary>Exceptions of a database cannot be sent to a gateway.</summary>
    private static async Task<T> InTime<T>(Func<CancellationToken, Task<T>> call)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            return await call(timeout.Token);
        }
        catch (DbException unknown)
        {
            throw new StoreUnavailableException("Nobody knows whether the state was written.", unknown);
        }
        catch (OperationCanceledException busy)
        {
            throw new StoreUnavailableException("The store did not answer in time.", busy);
        }
    }

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);
}
