using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>Commands that are not written to sockets any more, as several died of them. A constant default: no row is rewritten.</summary>
[Migration(9, "commands that are only asked for")]
public sealed class M0009PollOnly : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql("ALTER TABLE commands ADD COLUMN poll_only INTEGER NOT NULL DEFAULT 0;");
        IfDatabase(Database.Postgres).Execute.Sql("ALTER TABLE commands ADD COLUMN poll_only boolean NOT NULL DEFAULT false;");
    }

    /// <summary>They are written to sockets again.</summary>
    public override void Down() => IfDatabase(Database.Sqlite, Database.Postgres).Execute.Sql("ALTER TABLE commands DROP COLUMN poll_only;");
}
