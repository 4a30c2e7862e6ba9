-- Commands, and what a device's row says of them: how many are open, so that a twin without any reads nothing, and the
-- last number. No index names a column of devices that a beat changes.
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
