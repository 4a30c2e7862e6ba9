using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>When the session in force was opened: what is said of it elsewhere ends with it.</summary>
[Migration(3, "session times")]
public sealed class M0003SessionTimes : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql("ALTER TABLE devices ADD COLUMN session_opened_at TEXT NULL;");
        IfDatabase(Database.Postgres).Execute.Sql("ALTER TABLE devices ADD COLUMN session_opened_at timestamptz NULL;");
    }

    /// <summary>Drops the times; the sessions go on.</summary>
    public override void Down() => IfDatabase(Database.Sqlite, Database.Postgres).Execute.Sql("ALTER TABLE devices DROP COLUMN session_opened_at;");
}
