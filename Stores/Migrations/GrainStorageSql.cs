namespace Rollcall.Migrations;

/// <summary>
/// The statements of Orleans' ADO.NET grain storage. Names of keys, parameters and columns are the provider's; a version that
/// comes back as it was given tells it that somebody else has written. A null version means the first write.
/// </summary>
internal static class GrainStorageSql
{
    private const string Mine = "service_id = @ServiceId AND state = @GrainTypeString AND grain = @GrainIdExtensionString";
    private const string Read = $"SELECT payload AS PayloadBinary, modified_at, version AS Version FROM grain_state WHERE {Mine}";

    /// <summary>The first write adds the row, a later one needs it: what was removed meanwhile is not made again.</summary>
    private const string Wanted = $"WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM grain_state WHERE {Mine})";

    private const string Replace = """
        ON CONFLICT (service_id, state, grain) DO UPDATE
        SET version = grain_state.version + 1, payload = excluded.payload, modified_at = excluded.modified_at
        """;

    private const string SqliteNow = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    private const string SqliteOutcome =
        "SELECT CASE WHEN changes() = 1 THEN COALESCE(@GrainStateVersion, 0) + 1 ELSE @GrainStateVersion END AS NewGrainStateVersion";

    private const string PostgresOutcome = "SELECT coalesce((SELECT version FROM done), @GrainStateVersion::integer) AS NewGrainStateVersion";

    public static readonly (string Key, string Text)[] Sqlite =
    [
        ("ReadFromStorageKey", Read),
        ("WriteToStorageKey", $"""
            INSERT INTO grain_state (service_id, state, grain, version, payload, modified_at)
            SELECT @ServiceId, @GrainTypeString, @GrainIdExtensionString, 1, @PayloadBinary, {SqliteNow} {Wanted}
            {Replace} WHERE grain_state.version = @GrainStateVersion;
            {SqliteOutcome}
            """),
        ("ClearStorageKey", $"""
            UPDATE grain_state SET version = version + 1, payload = NULL, modified_at = {SqliteNow} WHERE {Mine} AND version = @GrainStateVersion;
            {SqliteOutcome}
            """),
        ("DeleteStorageKey", $"DELETE FROM grain_state WHERE {Mine} AND version = @GrainStateVersion; {SqliteOutcome}"),
    ];

    public static readonly (string Key, string Text)[] Postgres =
    [
        ("ReadFromStorageKey", Read),
        ("WriteToStorageKey", $"""
            WITH done AS (
                INSERT INTO grain_state (service_id, state, grain, version, payload, modified_at)
                SELECT @ServiceId, @GrainTypeString, @GrainIdExtensionString, 1, @PayloadBinary::bytea, now() {Typed(Wanted)}
                {Replace} WHERE grain_state.version = @GrainStateVersion::integer RETURNING version
            ) {PostgresOutcome}
            """),
        ("ClearStorageKey", $"""
            WITH done AS (
                UPDATE grain_state SET version = version + 1, payload = NULL, modified_at = now()
                WHERE {Mine} AND version = @GrainStateVersion::integer RETURNING version
            ) {PostgresOutcome}
            """),
        ("DeleteStorageKey", $"""
            WITH done AS (
                DELETE FROM grain_state WHERE {Mine} AND version = @GrainStateVersion::integer RETURNING version + 1 AS version
            ) {PostgresOutcome}
            """),
    ];

    /// <summary>PostgreSQL must be told the type of a parameter that is only compared with nothing.</summary>
    private static string Typed(string sql) => sql.Replace("@GrainStateVersion", "@GrainStateVersion::integer", StringComparison.Ordinal);
}
