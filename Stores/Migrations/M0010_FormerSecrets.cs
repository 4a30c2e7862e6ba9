using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// The secret that was replaced and is good for a while: until when, since when, and whether the present one has been used since. A
/// silo of the former version leaves these columns alone and takes the present secret only.
/// </summary>
[Migration(10, "former secrets")]
public sealed class M0010FormerSecrets : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql("""
            ALTER TABLE devices ADD COLUMN former_credential TEXT NULL;
            ALTER TABLE devices ADD COLUMN credential_replaced_at TEXT NULL;
            ALTER TABLE devices ADD COLUMN former_credential_until TEXT NULL;
            ALTER TABLE devices ADD COLUMN credential_used INTEGER NULL;
            """);
        IfDatabase(Database.Postgres).Execute.Sql("""
            ALTER TABLE devices ADD COLUMN former_credential text NULL;
            ALTER TABLE devices ADD COLUMN credential_replaced_at timestamptz NULL;
            ALTER TABLE devices ADD COLUMN former_credential_until timestamptz NULL;
            ALTER TABLE devices ADD COLUMN credential_used boolean NULL;
            """);
    }

    /// <summary>Secrets that were replaced are over.</summary>
    public override void Down() => IfDatabase(Database.Sqlite, Database.Postgres).Execute.Sql("""
        ALTER TABLE devices DROP COLUMN former_credential;
        ALTER TABLE devices DROP COLUMN credential_replaced_at;
        ALTER TABLE devices DROP COLUMN former_credential_until;
        ALTER TABLE devices DROP COLUMN credential_used;
        """);
}
