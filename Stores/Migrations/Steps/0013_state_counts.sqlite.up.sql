-- How many devices of a customer are in each state, beside how many there are and are online. The next start counts
-- the devices that are there already.
ALTER TABLE customers ADD COLUMN state_online INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN state_degraded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN state_down INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN state_signed_off INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN state_never_seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN state_maintenance INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN state_disabled INTEGER NOT NULL DEFAULT 0;
