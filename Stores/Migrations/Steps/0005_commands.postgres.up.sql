-- Commands, and what a device's row says of them: how many are open, so that a twin without any reads nothing, and the
-- last number. No index names a column of devices that a beat changes. json, not jsonb: what was given is given on to
-- the letter, and nobody searches in it.
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
