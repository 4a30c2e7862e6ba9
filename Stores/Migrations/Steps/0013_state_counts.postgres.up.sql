-- How many devices of a customer are in each state, beside how many there are and are online. A silo counts the devices
-- that are there already when it starts: a step that did would hold up the flushes that write these rows. A silo of the
-- former version leaves these columns alone. A constant default: no row is rewritten.
ALTER TABLE customer_counts
    ADD COLUMN state_online bigint NOT NULL DEFAULT 0,
    ADD COLUMN state_degraded bigint NOT NULL DEFAULT 0,
    ADD COLUMN state_down bigint NOT NULL DEFAULT 0,
    ADD COLUMN state_signed_off bigint NOT NULL DEFAULT 0,
    ADD COLUMN state_never_seen bigint NOT NULL DEFAULT 0,
    ADD COLUMN state_maintenance bigint NOT NULL DEFAULT 0,
    ADD COLUMN state_disabled bigint NOT NULL DEFAULT 0;
