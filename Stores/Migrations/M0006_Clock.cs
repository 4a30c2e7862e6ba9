using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// The newest time at which somebody worked on this store, so that a start with a wrong clock is noticed. It begins with what the
/// devices' rows say: that is read once, here.
/// </summary>
[Migration(6, "newest time")]
public sealed class M0006Clock : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql("""
            CREATE TABLE clock_seen (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL);
            INSERT INTO clock_seen SELECT 1, max(updated_at) FROM devices HAVING max(updated_at) IS NOT NULL;
            """);
        IfDatabase(Database.Postgres).Execute.Sql("""
            CREATE TABLE clock_seen (one boolean NOT NULL PRIMARY KEY CHECK (one), at timestamptz NOT NULL);
            INSERT INTO clock_seen SELECT true, max(updated_at) FROM devices HAVING max(updated_at) IS NOT NULL;
            """);
    }

    /// <summary>A jump of the clock is not noticed any more; nothing else is lost.</summary>
    public override void Down() => IfDatabase(Database.Sqlite, Database.Postgres).Execute.Sql("DROP TABLE clock_seen;");
}
