using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// The session that was issued and has not been used. It counts while its epoch is <c>session_epoch</c>, the highest ever given: a silo
/// of the former version leaves these columns alone and raises that.
/// </summary>
[Migration(8, "next sessions")]
public sealed class M0008NextSessions : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql("""
            ALTER TABLE devices ADD COLUMN next_session_id TEXT NULL;
            ALTER TABLE devices ADD COLUMN next_session_epoch INTEGER NULL;
            ALTER TABLE devices ADD COLUMN next_session_issued_at TEXT NULL;
            """);
        IfDatabase(Database.Postgres).Execute.Sql("""
            ALTER TABLE devices ADD COLUMN next_session_id text NULL;
            ALTER TABLE devices ADD COLUMN next_session_epoch bigint NULL;
            ALTER TABLE devices ADD COLUMN next_session_issued_at timestamptz NULL;
            """);
    }

    /// <summary>Devices that have signed in and not used it sign in again; the sessions in force go on.</summary>
    public override void Down() => IfDatabase(Database.Sqlite, Database.Postgres).Execute.Sql("""
        ALTER TABLE devices DROP COLUMN next_session_id;
        ALTER TABLE devices DROP COLUMN next_session_epoch;
        ALTER TABLE devices DROP COLUMN next_session_issued_at;
        """);
}
