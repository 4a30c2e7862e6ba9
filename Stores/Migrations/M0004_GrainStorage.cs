using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// Where grains that are written rarely keep their states, and the statements that Orleans' ADO.NET provider reads and runs.
/// The primary key is on texts, so nothing depends on the hashes that the provider also offers.
/// </summary>
[Migration(4, "grain storage")]
public sealed class M0004GrainStorage : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql(Sqlite);
        IfDatabase(Database.Postgres).Execute.Sql(Postgres);
        foreach (var (key, text) in GrainStorageSql.Sqlite)
        {
            IfDatabase(Database.Sqlite).Insert.IntoTable("OrleansQuery").Row(new { QueryKey = key, QueryText = text });
        }

        foreach (var (key, text) in GrainStorageSql.Postgres)
        {
            IfDatabase(Database.Postgres).Execute.Sql($"INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('{key}', $text${text}$text$)");
        }
    }

    /// <summary>Drops enrolment keys; devices that joined by them stay.</summary>
    public override void Down() => Execute.Sql("DROP TABLE OrleansQuery; DROP TABLE grain_state;");

    private const string Sqlite = """
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
        """;

    private const string Postgres = """
        CREATE TABLE grain_state (
            service_id  text        COLLATE "C" NOT NULL,
            state       text        COLLATE "C" NOT NULL,
            grain       text        COLLATE "C" NOT NULL,
            version     integer     NOT NULL,
            payload     bytea       NULL,
            modified_at timestamptz NOT NULL,
            PRIMARY KEY (service_id, state, grain)
        );
        CREATE TABLE OrleansQuery (QueryKey text COLLATE "C" NOT NULL PRIMARY KEY, QueryText text NOT NULL);
        """;
}
