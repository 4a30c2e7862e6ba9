using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// How many transitions each customer has in the log, as far as they have been counted: up to <c>event_counted.through</c>. Nobody
/// keeps this when a transition is written or goes with its device; a round counts what is new, and again before it forgets anything.
/// </summary>
[Migration(7, "counts of presence events")]
public sealed class M0007EventCounts : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql("""
            CREATE TABLE event_counts (customer_id TEXT NOT NULL PRIMARY KEY, events INTEGER NOT NULL, bytes INTEGER NOT NULL);
            CREATE TABLE event_counted (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), through INTEGER NOT NULL);
            INSERT INTO event_counted VALUES (1, 0);
            """);
        IfDatabase(Database.Postgres).Execute.Sql("""
            CREATE TABLE event_counts (customer_id text COLLATE "C" NOT NULL PRIMARY KEY, events bigint NOT NULL, bytes bigint NOT NULL);
            CREATE TABLE event_counted (one boolean NOT NULL PRIMARY KEY CHECK (one), through bigint NOT NULL);
            INSERT INTO event_counted VALUES (true, 0);
            """);
    }

    /// <summary>The log is bounded by its age alone again.</summary>
    public override void Down() => IfDatabase(Database.Sqlite, Database.Postgres).Execute.Sql("DROP TABLE event_counts; DROP TABLE event_counted;");
}
