using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// What Orleans' ADO.NET providers read and write: states of rarely written grains, and, in PostgreSQL, reminders. The
/// providers take their statements from <c>OrleansQuery</c>; only the names of columns and parameters are theirs, the tables
/// are ours. Keys are real keys: nothing depends on the providers' hashes, and one grain cannot be stored twice. Another
/// text is another step.
/// </summary>
[Migration(4, "grain states and reminders")]
public sealed class M0004OrleansProviders : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql(SqliteTables + Queries(SqliteGrainState));
        IfDatabase(Database.Postgres).Execute.Sql(PostgresTables + Queries(PostgresGrainState) + Queries(PostgresReminders));
    }

    /// <summary>
    /// Drops enrolment keys and reminders with their tables; devices that joined by a key stay. Twins register their reminders anew when
    /// they next come online.
    /// </summary>
    public override void Down()
    {
        IfDatabase(Database.Sqlite).Execute.Sql("DROP TABLE grain_state; DROP TABLE OrleansQuery;");
        IfDatabase(Database.Postgres).Execute.Sql(
            "DROP TABLE grain_state; DROP TABLE reminders; DROP SEQUENCE reminder_versions; DROP TABLE OrleansQuery;");
    }

    private static string Queries((string Key, string Text)[] queries) => string.Concat(queries.Select(query =>
        $"\nINSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('{query.Key}', '{query.Text.Replace("'", "''", StringComparison.Ordinal)}');"));

    private const string SqliteTables = """
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
        """;

    private const string PostgresTables = """
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
        """;

    // The two numbers are zero for keys that are texts.
    private const string SqliteKey = "@GrainIdN0 || '.' || @GrainIdN1 || '.' || coalesce(@GrainIdExtensionString, '')";

    private const string SqliteRow = $"service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = {SqliteKey}";

    private const string SqliteNow = "strftime('%Y-%m-%dT%H:%M:%fZ')";

    /// <summary>
    /// A write answers its new version; one that changed nothing answers the version it came with, which the provider takes for a conflict.
    /// </summary>
    private static readonly (string Key, string Text)[] SqliteGrainState =
    [
        ("ReadFromStorageKey", $"SELECT payload AS PayloadBinary, written_at AS ModifiedOn, version AS Version FROM grain_state WHERE {SqliteRow}"),
        ("WriteToStorageKey", $"""
            INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, written_at)
            SELECT @ServiceId, @GrainTypeString, {SqliteKey}, 1, @PayloadBinary, {SqliteNow}
            WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM grain_state WHERE {SqliteRow})
            ON CONFLICT DO UPDATE SET version = version + 1, payload = excluded.payload, written_at = excluded.written_at
                WHERE version = @GrainStateVersion
            RETURNING version AS NewGrainStateVersion;
            SELECT @GrainStateVersion AS NewGrainStateVersion WHERE changes() = 0
            """),
        ("ClearStorageKey", $"""
            UPDATE grain_state SET version = version + 1, payload = NULL, written_at = {SqliteNow}
            WHERE {SqliteRow} AND version = @GrainStateVersion RETURNING version AS NewGrainStateVersion;
            SELECT @GrainStateVersion AS NewGrainStateVersion WHERE changes() = 0
            """),
        ("DeleteStorageKey", $"""
            DELETE FROM grain_state WHERE {SqliteRow} AND version = @GrainStateVersion RETURNING version + 1 AS NewGrainStateVersion;
            SELECT @GrainStateVersion AS NewGrainStateVersion WHERE changes() = 0
            """),
    ];

    private const string PostgresKey =
        "CAST(@GrainIdN0 AS text) || '.' || CAST(@GrainIdN1 AS text) || '.' || coalesce(CAST(@GrainIdExtensionString AS text), '')";

    private const string PostgresRow = $"service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = {PostgresKey}";

    private const string OfVersion = "version = CAST(@GrainStateVersion AS integer)";

    private const string NewOrSame = "SELECT coalesce((SELECT version FROM done), CAST(@GrainStateVersion AS integer)) AS NewGrainStateVersion";

    private static readonly (string Key, string Text)[] PostgresGrainState =
    [
        ("ReadFromStorageKey", $"SELECT payload AS PayloadBinary, written_at AS ModifiedOn, version AS Version FROM grain_state WHERE {PostgresRow}"),
        ("WriteToStorageKey", $"""
            WITH made AS (
                INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, written_at)
                SELECT @ServiceId, @GrainTypeString, {PostgresKey}, 1, @PayloadBinary, now() WHERE CAST(@GrainStateVersion AS integer) IS NULL
                ON CONFLICT (service_id, state_name, grain_key) DO NOTHING RETURNING version
            ), changed AS (
                UPDATE grain_state SET version = version + 1, payload = @PayloadBinary, written_at = now()
                WHERE {PostgresRow} AND {OfVersion} RETURNING version
            ), done AS (SELECT version FROM made UNION ALL SELECT version FROM changed)
            {NewOrSame}
            """),
        ("ClearStorageKey", $"""
            WITH done AS (UPDATE grain_state SET version = version + 1, payload = NULL, written_at = now()
                WHERE {PostgresRow} AND {OfVersion} RETURNING version)
            {NewOrSame}
            """),
        ("DeleteStorageKey", $"""
            WITH done AS (DELETE FROM grain_state WHERE {PostgresRow} AND {OfVersion} RETURNING version + 1 AS version)
            {NewOrSame}
            """),
    ];

    private const string Reminders =
        "SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM reminders";

    /// <summary>Versions are never used twice in sight: a late removal of a former reminder does not remove the one registered since.</summary>
    private static readonly (string Key, string Text)[] PostgresReminders =
    [
        ("UpsertReminderRowKey", """
            INSERT INTO reminders (service_id, grain_id, reminder_name, start_time, period, grain_hash, version)
            VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, nextval('reminder_versions'))
            ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE SET
                start_time = excluded.start_time, period = excluded.period, grain_hash = excluded.grain_hash, version = excluded.version
            RETURNING version AS Version
            """),
        ("ReadReminderRowsKey", $"{Reminders} WHERE service_id = @ServiceId AND grain_id = @GrainId"),
        ("ReadReminderRowKey", $"{Reminders} WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName"),
        ("ReadRangeRows1Key", $"{Reminders} WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash"),
        ("ReadRangeRows2Key", $"{Reminders} WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)"),
        ("DeleteReminderRowKey", """
            WITH gone AS (
                DELETE FROM reminders WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName
                    AND version = @Version RETURNING 1
            )
            SELECT CAST(count(*) AS integer) FROM gone
            """),
        ("DeleteReminderRowsKey", "DELETE FROM reminders WHERE service_id = @ServiceId"),
    ];
}
