using FluentMigrator;

namespace Rollcall.Migrations;

/// <summary>
/// Commands, and what a device's row says of them: how many are open, so that a twin without any reads nothing, and the last
/// number. No index names a column of <c>devices</c> that a beat changes.
/// </summary>
[Migration(5, "commands")]
public sealed class M0005Commands : Migration
{
    public override void Up()
    {
        IfDatabase(Database.Sqlite).Execute.Sql(Sqlite);
        IfDatabase(Database.Postgres).Execute.Sql(Postgres);
    }

    /// <summary>Drops every command, open ones too; devices and their log stay.</summary>
    public override void Down() => IfDatabase(Database.Sqlite, Database.Postgres).Execute.Sql("""
        DROP TABLE commands;
        DROP INDEX devices_with_commands;
        ALTER TABLE devices DROP COLUMN commands_open;
        ALTER TABLE devices DROP COLUMN command_number;
        """);

    private const string Sqlite = """
        ALTER TABLE devices ADD COLUMN commands_open INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE devices ADD COLUMN command_number INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX devices_with_commands ON devices (device_id) WHERE commands_open > 0;
        CREATE TABLE commands (
            device_id       TEXT    NOT NULL,
            number          INTEGER NOT NULL,
            id              TEXT    NOT NULL,
            customer_id     TEXT    NOT NULL,
            command         TEXT    NOT NULL,
            parameters      TEXT    NULL CHECK (parameters IS NULL OR json_valid(parameters)),
            status          TEXT    NOT NULL CHECK (status IN ('queued', 'sent', 'acknowledged', 'completed', 'failed', 'expired', 'cancelled')),
            created_at      TEXT    NOT NULL,
            expires_at      TEXT    NOT NULL,
            sent_at         TEXT    NULL,
            acknowledged_at TEXT    NULL,
            finished_at     TEXT    NULL,
            result          TEXT    NULL CHECK (result IS NULL OR json_valid(result)),
            error           TEXT    NULL,
            late            INTEGER NOT NULL,
            issued_by       TEXT    NOT NULL,
            idempotency_key TEXT    NULL,
            fingerprint     TEXT    NULL,
            PRIMARY KEY (device_id, number)
        ) WITHOUT ROWID;
        CREATE INDEX commands_open ON commands (device_id) WHERE status IN ('queued', 'sent', 'acknowledged');
        CREATE INDEX commands_by_key ON commands (device_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX commands_finished ON commands (finished_at) WHERE finished_at IS NOT NULL;
        """;

    // json, not jsonb: what was given is given on to the letter, and nobody searches in it.
    private const string Postgres = """
        ALTER TABLE devices ADD COLUMN commands_open integer NOT NULL DEFAULT 0;
        ALTER TABLE devices ADD COLUMN command_number bigint NOT NULL DEFAULT 0;
        CREATE INDEX devices_with_commands ON devices (device_id) WHERE commands_open > 0;
        CREATE TABLE commands (
            device_id       text        COLLATE "C" NOT NULL,
            number          bigint      NOT NULL,
            id              text        COLLATE "C" NOT NULL,
            customer_id     text        COLLATE "C" NOT NULL,
            command         text        NOT NULL,
            parameters      json        NULL,
            status          text        COLLATE "C" NOT NULL
                CHECK (status IN ('queued', 'sent', 'acknowledged', 'completed', 'failed', 'expired', 'cancelled')),
            created_at      timestamptz NOT NULL,
            expires_at      timestamptz NOT NULL,
            sent_at         timestamptz NULL,
            acknowledged_at timestamptz NULL,
            finished_at     timestamptz NULL,
            result          json        NULL,
            error           text        NULL,
            late            boolean     NOT NULL,
            issued_by       text        NOT NULL,
            idempotency_key text        NULL,
            fingerprint     text        NULL,
            PRIMARY KEY (device_id, number)
        );
        CREATE INDEX commands_open ON commands (device_id) WHERE status IN ('queued', 'sent', 'acknowledged');
        CREATE INDEX commands_by_key ON commands (device_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX commands_finished ON commands (finished_at) WHERE finished_at IS NOT NULL;
        """;
}
