-- What Orleans' ADO.NET providers read and write: states of rarely written grains, and reminders. The providers take
-- their statements from OrleansQuery; only the names of columns and parameters are theirs, the tables are ours. Keys
-- are real keys: nothing depends on the providers' hashes, and one grain cannot be stored twice. The two numbers in a
-- key are zero for keys that are texts. A write answers its new version; one that changed nothing answers the version
-- it came with, which the provider takes for a conflict. Versions of reminders are never used twice in sight: a late
-- removal of a former reminder does not remove the one registered since. Another text is another step.
CREATE TABLE OrleansQuery (QueryKey text NOT NULL PRIMARY KEY, QueryText text NOT NULL);
CREATE TABLE grain_state (
    service_id text        COLLATE "C" NOT NULL,
    state_name text        COLLATE "C" NOT NULL,
    grain_key  text        COLLATE "C" NOT NULL,
    version    integer     NOT NULL,
    payload    bytea       NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (service_id, state_name, grain_key)
);
CREATE SEQUENCE reminder_versions AS integer CYCLE;
CREATE TABLE reminders (
    service_id    text        COLLATE "C" NOT NULL,
    grain_id      text        COLLATE "C" NOT NULL,
    reminder_name text        COLLATE "C" NOT NULL,
    start_time    timestamptz NOT NULL,
    period        bigint      NOT NULL,
    grain_hash    integer     NOT NULL,
    version       integer     NOT NULL,
    PRIMARY KEY (service_id, grain_id, reminder_name)
);
CREATE INDEX reminders_by_hash ON reminders (service_id, grain_hash);
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadFromStorageKey', 'SELECT payload AS PayloadBinary, written_at AS ModifiedOn, version AS Version FROM grain_state WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = CAST(@GrainIdN0 AS text) || ''.'' || CAST(@GrainIdN1 AS text) || ''.'' || coalesce(CAST(@GrainIdExtensionString AS text), '''')');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('WriteToStorageKey', 'WITH made AS (
    INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, written_at)
    SELECT @ServiceId, @GrainTypeString, CAST(@GrainIdN0 AS text) || ''.'' || CAST(@GrainIdN1 AS text) || ''.'' || coalesce(CAST(@GrainIdExtensionString AS text), ''''), 1, @PayloadBinary, now() WHERE CAST(@GrainStateVersion AS integer) IS NULL
    ON CONFLICT (service_id, state_name, grain_key) DO NOTHING RETURNING version
), changed AS (
    UPDATE grain_state SET version = version + 1, payload = @PayloadBinary, written_at = now()
    WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = CAST(@GrainIdN0 AS text) || ''.'' || CAST(@GrainIdN1 AS text) || ''.'' || coalesce(CAST(@GrainIdExtensionString AS text), '''') AND version = CAST(@GrainStateVersion AS integer) RETURNING version
), done AS (SELECT version FROM made UNION ALL SELECT version FROM changed)
SELECT coalesce((SELECT version FROM done), CAST(@GrainStateVersion AS integer)) AS NewGrainStateVersion');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ClearStorageKey', 'WITH done AS (UPDATE grain_state SET version = version + 1, payload = NULL, written_at = now()
    WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = CAST(@GrainIdN0 AS text) || ''.'' || CAST(@GrainIdN1 AS text) || ''.'' || coalesce(CAST(@GrainIdExtensionString AS text), '''') AND version = CAST(@GrainStateVersion AS integer) RETURNING version)
SELECT coalesce((SELECT version FROM done), CAST(@GrainStateVersion AS integer)) AS NewGrainStateVersion');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteStorageKey', 'WITH done AS (DELETE FROM grain_state WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = CAST(@GrainIdN0 AS text) || ''.'' || CAST(@GrainIdN1 AS text) || ''.'' || coalesce(CAST(@GrainIdExtensionString AS text), '''') AND version = CAST(@GrainStateVersion AS integer) RETURNING version + 1 AS version)
SELECT coalesce((SELECT version FROM done), CAST(@GrainStateVersion AS integer)) AS NewGrainStateVersion');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('UpsertReminderRowKey', 'INSERT INTO reminders (service_id, grain_id, reminder_name, start_time, period, grain_hash, version)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, nextval(''reminder_versions''))
ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE SET
    start_time = excluded.start_time, period = excluded.period, grain_hash = excluded.grain_hash, version = excluded.version
RETURNING version AS Version');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadReminderRowsKey', 'SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM reminders WHERE service_id = @ServiceId AND grain_id = @GrainId');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadReminderRowKey', 'SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM reminders WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadRangeRows1Key', 'SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM reminders WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadRangeRows2Key', 'SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM reminders WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteReminderRowKey', 'WITH gone AS (
    DELETE FROM reminders WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName
        AND version = @Version RETURNING 1
)
SELECT CAST(count(*) AS integer) FROM gone');
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteReminderRowsKey', 'DELETE FROM reminders WHERE service_id = @ServiceId');
