-- The log of transitions. id is never used twice: a fleet's cursor. It is the order of commits.
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
