using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// Where grains that are written rarely keep their states, and the statements that Orleans' ADO.NET provider reads and runs.
/// The primary key is on texts, so nothing depends on the hashes that the provider also offers.
/// </summary>
[Migration(3, "grain storage")]
public sealed class M0003GrainStorage : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql("""
            CREATE TABLE grain_state (
                service_id  TEXT    NOT NULL,
                state       TEXT    NOT NULL,
                grain       TEXT    NOT NULL,
                version     INTEGER NOT NULL,
                payload     BLOB    NULL,
                modified_at TEXT    NOT NULL,
                PRIMARY KEY (service_id, state, grain)
            );
            CREATE TABLE OrleansQuery (QueryKey TEXT NOT NULL PRIMARY KEY, QueryText TEXT NOT NULL);
            """);
        foreach (var (key, text) in SqliteQueries)
        {
            IfDatabase(Database.Sqlite).Insert.IntoTable("OrleansQuery").Row(new { QueryKey = key, QueryText = text });
        }
    }

    /// <summary>Drops enrolment keys; devices that joined by them stay.</summary>
    public override void Down() => IfDatabase(Database.Sqlite).Execute.Sql("DROP TABLE OrleansQuery; DROP TABLE grain_state;");

    private const string Mine = "service_id = @ServiceId AND state = @GrainTypeString AND grain = @GrainIdExtensionString";

    /// <summary>A version that is not raised tells the provider that somebody else has written.</summary>
    private const string Outcome =
        "SELECT CASE WHEN changes() = 1 THEN COALESCE(@GrainStateVersion, 0) + 1 ELSE @GrainStateVersion END AS NewGrainStateVersion";

    private static readonly (string Key, string Text)[] SqliteQueries =
    [
        ("ReadFromStorageKey", $"SELECT payload AS PayloadBinary, modified_at, version AS Version FROM grain_state WHERE {Mine}"),
        ("WriteToStorageKey", $"""
            INSERT INTO grain_state (service_id, state, grain, version, payload, modified_at)
            SELECT @ServiceId, @GrainTypeString, @GrainIdExtensionString, 1, @PayloadBinary, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
            WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM grain_state WHERE {Mine})
            ON CONFLICT (service_id, state, grain) DO UPDATE
            SET version = grain_state.version + 1, payload = excluded.payload, modified_at = excluded.modified_at
            WHERE grain_state.version = @GrainStateVersion;
            {Outcome}
            """),
        ("ClearStorageKey", $"""
            UPDATE grain_state SET version = version + 1, payload = NULL, modified_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
            WHERE {Mine} AND version = @GrainStateVersion;
            {Outcome}
            """),
        ("DeleteStorageKey", $"DELETE FROM grain_state WHERE {Mine} AND version = @GrainStateVersion; {Outcome}"),
    ];
}
