using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>The log of transitions. <c>id</c> is the order of commits, never used twice: a fleet's cursor.</summary>
[Migration(2, "presence events")]
public sealed class M0002PresenceEvents : Migration
{
    public override void Up() => IfDatabase(Database.Sqlite).Execute.Sql("""
        CREATE TABLE presence_events (
            id          INTEGER PRIMARY KEY AUTOINCREMENT,
            customer_id TEXT    NOT NULL,
            device_id   TEXT    NOT NULL,
            seq         INTEGER NOT NULL,
            from_status TEXT    NOT NULL,
            to_status   TEXT    NOT NULL,
            reason      TEXT    NOT NULL,
            at          TEXT    NOT NULL,
            UNIQUE (device_id, seq)
        );
        CREATE INDEX presence_events_of_customer ON presence_events (customer_id, id);
        INSERT INTO sqlite_sequence (name, seq) SELECT 'presence_events', COALESCE(MAX(events_pruned_through), 0) FROM customers;
        """);

    /// <summary>
    /// Drops the log of transitions; the devices keep their present status and seq. All of it counts as pruned, and a log made
    /// anew goes on from there: a reader's old cursor is answered, and never by other transitions than those after it.
    /// </summary>
    public override void Down() => IfDatabase(Database.Sqlite).Execute.Sql("""
        UPDATE customers SET events_pruned_through = COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'presence_events'), 0);
        DROP TABLE presence_events;
        """);
}
