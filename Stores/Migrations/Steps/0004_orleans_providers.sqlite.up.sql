-- What Orleans' ADO.NET provider reads and writes: states of rarely written grains. The provider takes its statements
-- from OrleansQuery; only the names of columns and parameters are its own, the tables are ours. Keys are real keys:
-- nothing depends on the provider's hashes, and one grain cannot be stored twice. The two numbers in a key are zero for
-- keys that are texts. A write answers its new version; one that changed nothing answers the version it came with,
-- which the provider takes for a conflict. Another text is another step.
CREATE TABLE OrleansQuery (QueryKey TEXT NOT NULL PRIMARY KEY, QueryText TEXT NOT NULL);
CREATE TABLE grain_state (
    service_id TEXT    NOT NULL,
    state_name TEXT    NOT NULL,
    grain_key  TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    payload    BLOB    NULL,
    written_at TEXT    NOT NULL,
    PRIMARY KEY (service_id, state_name, grain_key)
);
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadFromStorageKey', 'SELECT payload AS PayloadBinary, written_at AS ModifiedOn, version AS Version FROM grain_state WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdN0 || ''.'' || @GrainIdN1 || ''.'' || coalesce(@GrainIdExtensionString, '''')');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('WriteToStorageKey', 'INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, written_at)
SELECT @ServiceId, @GrainTypeString, @GrainIdN0 || ''.'' || @GrainIdN1 || ''.'' || coalesce(@GrainIdExtensionString, ''''), 1, @PayloadBinary, strftime(''%Y-%m-%dT%H:%M:%fZ'')
WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM grain_state WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdN0 || ''.'' || @GrainIdN1 || ''.'' || coalesce(@GrainIdExtensionString, ''''))
ON CONFLICT DO UPDATE SET version = version + 1, payload = excluded.payload, written_at = excluded.written_at
    WHERE version = @GrainStateVersion
RETURNING version AS NewGrainStateVersion;
SELECT @GrainStateVersion AS NewGrainStateVersion WHERE changes() = 0');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ClearStorageKey', 'UPDATE grain_state SET version = version + 1, payload = NULL, written_at = strftime(''%Y-%m-%dT%H:%M:%fZ'')
WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdN0 || ''.'' || @GrainIdN1 || ''.'' || coalesce(@GrainIdExtensionString, '''') AND version = @GrainStateVersion RETURNING version AS NewGrainStateVersion;
SELECT @GrainStateVersion AS NewGrainStateVersion WHERE changes() = 0');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteStorageKey', 'DELETE FROM grain_state WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdN0 || ''.'' || @GrainIdN1 || ''.'' || coalesce(@GrainIdExtensionString, '''') AND version = @GrainStateVersion RETURNING version + 1 AS NewGrainStateVersion;
SELECT @GrainStateVersion AS NewGrainStateVersion WHERE changes() = 0');
