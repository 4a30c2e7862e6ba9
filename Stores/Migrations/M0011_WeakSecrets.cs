using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// Which devices have a secret whose stored form does not last: an index of those alone, so that it costs nothing where there are none.
/// Made beside the writes of a living table, and so outside a transaction; half made after a fault, it is made anew.
/// </summary>
[Migration(11, TransactionBehavior.None, "weak secrets")]
public sealed class M0011WeakSecrets : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql(
            "CREATE INDEX IF NOT EXISTS devices_weak ON devices (device_id) WHERE substr(credential, 1, 12) = 'weak-sha256:';");
        IfDatabase(Database.Postgres).Execute.Sql("DROP INDEX CONCURRENTLY IF EXISTS devices_weak");
        IfDatabase(Database.Postgres).Execute.Sql(
            "CREATE INDEX CONCURRENTLY devices_weak ON devices (device_id) WHERE substr(credential, 1, 12) = 'weak-sha256:'");
    }

    public override void Down() => IfDatabase(Database.Sqlite, Database.Postgres).Execute.Sql("DROP INDEX IF EXISTS devices_weak;");
}
