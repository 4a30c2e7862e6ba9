-- The roll itself; search holds id and name in lower case. Times are text of fixed width in UTC, so they sort.
CREATE TABLE customers (
    customer_id           TEXT    NOT NULL PRIMARY KEY,
    created_at            TEXT    NOT NULL,
    devices_total         INTEGER NOT NULL DEFAULT 0,
    devices_online        INTEGER NOT NULL DEFAULT 0,
    events_pruned_through INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE devices (
    device_id             TEXT    NOT NULL PRIMARY KEY,
    customer_id           TEXT    NOT NULL REFERENCES customers (customer_id),
    revision              INTEGER NOT NULL,
    name                  TEXT    NULL,
    location              TEXT    NULL,
    search                TEXT    NOT NULL,
    mode                  TEXT    NOT NULL CHECK (mode IN ('active', 'maintenance', 'disabled')),
    profile_version       INTEGER NOT NULL,
    credential            TEXT    NULL,
    activation            TEXT    NULL,
    activation_expires_at TEXT    NULL,
    activated             INTEGER NOT NULL,
    session_epoch         INTEGER NOT NULL,
    session_id            TEXT    NULL,
    status                TEXT    NOT NULL CHECK (status IN ('online', 'offline')),
    status_reason         TEXT    NULL,
    status_since          TEXT    NOT NULL,
    health                TEXT    NULL CHECK (health IN ('healthy', 'degraded')),
    last_seen             TEXT    NULL,
    metrics               TEXT    NULL CHECK (metrics IS NULL OR json_valid(metrics)),
    presence_seq          INTEGER NOT NULL,
    registered_at         TEXT    NOT NULL,
    updated_at            TEXT    NOT NULL
);
CREATE INDEX devices_of_customer ON devices (customer_id, device_id);
CREATE INDEX devices_by_status ON devices (customer_id, status, status_since);
