-- The roll itself; search holds id and name in lower case. Ids compare by bytes, as in SQLite; a row leaves room on its
-- page, and no index names a column that a beat changes: so its new version stays on the page and costs no index entry
-- (HOT). Each writer counts in a slot of its own (the counts are the sums): one row a customer would make silos wait
-- for each other.
CREATE TABLE customers (
    customer_id           text        COLLATE "C" NOT NULL PRIMARY KEY,
    created_at            timestamptz NOT NULL,
    events_pruned_through bigint      NOT NULL DEFAULT 0
);
CREATE TABLE customer_counts (
    customer_id    text     COLLATE "C" NOT NULL,
    slot           smallint NOT NULL,
    devices_total  bigint   NOT NULL,
    devices_online bigint   NOT NULL,
    PRIMARY KEY (customer_id, slot)
) WITH (fillfactor = 25);
CREATE TABLE devices (
    device_id             text        COLLATE "C" NOT NULL PRIMARY KEY,
    customer_id           text        COLLATE "C" NOT NULL REFERENCES customers (customer_id),
    revision              bigint      NOT NULL,
    name                  text        NULL,
    location              text        NULL,
    search                text        COLLATE "C" NOT NULL,
    mode                  text        NOT NULL CHECK (mode IN ('active', 'maintenance', 'disabled')),
    profile_version       bigint      NOT NULL,
    credential            text        NULL,
    activation            text        NULL,
    activation_expires_at timestamptz NULL,
    activated             boolean     NOT NULL,
    session_epoch         bigint      NOT NULL,
    session_id            text        NULL,
    status                text        COLLATE "C" NOT NULL CHECK (status IN ('online', 'offline')),
    status_reason         text        NULL,
    status_since          timestamptz NOT NULL,
    health                text        NULL CHECK (health IN ('healthy', 'degraded')),
    last_seen             timestamptz NULL,
    metrics               jsonb       NULL,
    presence_seq          bigint      NOT NULL,
    registered_at         timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX devices_of_customer ON devices (customer_id, device_id);
CREATE INDEX devices_by_status ON devices (customer_id, status, status_since);
CREATE TABLE write_probe (one boolean NOT NULL PRIMARY KEY CHECK (one), at timestamptz NOT NULL) WITH (fillfactor = 10);
INSERT INTO write_probe VALUES (true, now());
