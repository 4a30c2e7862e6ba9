using System.Globalization;
using Microsoft.Data.Sqlite;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Rollcall.Sqlite;

/// <summary>
/// The grain storage in the embedded mode's file, for rare writes. It uses the one writer: a connection of its own would wait for the journal's
/// in steps of 150 ms, and give up in the end. Rows have the form of Orleans' ADO.NET provider, which wrote them before.
/// </summary>
internal sealed class SqliteGrainStorage(SqliteWriter writer, SqliteReaders readers, IGrainStorageSerializer serializer) : IGrainStorage
{
    /// <summary>A call of a grain ends after 5 s.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private const string OfGrain = "service_id = $0 AND state_name = $1 AND grain_key = $2";

    private const string Insert = """
        INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, written_at)
        VALUES ($0, $1, $2, 1, $3, strftime('%Y-%m-%dT%H:%M:%fZ')) ON CONFLICT DO NOTHING
        """;

    private const string Update = $"""
        UPDATE grain_state SET version = version + 1, payload = $3, written_at = strftime('%Y-%m-%dT%H:%M:%fZ')
        WHERE {OfGrain} AND version = $4
        """;

    /// <exception cref="StoreUnavailableException">The store is unavailable.</exception>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        var row = await Available(() => readers.ReadAsync(statements => Read(statements, stateName, Key(grainId)), timeout.Token));
        (grainState.State, grainState.ETag, grainState.RecordExists) = row is (var version, { } payload)
            ? (serializer.Deserialize<T>(new BinaryData(payload)), Tag(version), true)
            : (Activator.CreateInstance<T>(), row is { } cleared ? Tag(cleared.Version) : null, false);
    }

    /// <exception cref="InconsistentStateException">Somebody else has written since the state was read.</exception>
    /// <exception cref="StoreUnavailableException">It is unknown whether it was written.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = serializer.Serialize(grainState.State).ToArray();
        var read = Version(grainState.ETag);
        await Change(stateName, grainId, grainState.ETag, statements => read is { } version
            ? statements.Execute(Update, Deployment.ServiceId, stateName, Key(grainId), payload, version)
            : statements.Execute(Insert, Deployment.ServiceId, stateName, Key(grainId), payload));
        (grainState.ETag, grainState.RecordExists) = (Tag((read ?? 0) + 1), true);
    }

    /// <summary>Removes the row.</summary>
    /// <exception cref="InconsistentStateException">Somebody else has written since the state was read.</exception>
    /// <exception cref="StoreUnavailableException">It is unknown whether it was removed.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Change(stateName, grainId, grainState.ETag, statements => statements.Execute(
            $"DELETE FROM grain_state WHERE {OfGrain} AND version = $3", Deployment.ServiceId, stateName, Key(grainId), Version(grainState.ETag)));
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
    }

    private async Task Change(string stateName, GrainId grainId, string? read, Func<SqliteStatements, int> change)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        if (await Available(() => writer.WriteAsync(change, timeout.Token)) == 0)
        {
            throw new InconsistentStateException(
                $"The {stateName} of {grainId} has been written since it was read.", storedEtag: "?", currentEtag: read ?? "none");
        }
    }

    /// <summary>Exceptions of SQLite cannot be sent to a gateway.</summary>
    private static async Task<T> Available<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (SqliteException unknown)
        {
            throw new StoreUnavailableException("Nobody knows whether the state was written.", unknown);
        }
        catch (OperationCanceledException busy)
        {
            throw new StoreUnavailableException("The file was not to be had in time.", busy);
        }
    }

    private static (long Version, byte[]? Payload)? Read(SqliteStatements statements, string stateName, string key)
    {
        using var row = statements.Query($"SELECT version, payload FROM grain_state WHERE {OfGrain}", Deployment.ServiceId, stateName, key);
        return row.Read() ? (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)) : null;
    }

    /// <summary>As the provider's statements made it of a key that is a text, as all of ours are: the two numbers are zero.</summary>
    private static string Key(GrainId grain) => "0.0." + grain.Key;

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static long? Version(string? tag) => tag is null ? null : long.Parse(tag, CultureInfo.InvariantCulture);
}
