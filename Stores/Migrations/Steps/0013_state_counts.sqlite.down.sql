ALTER TABLE customers DROP COLUMN state_online;
ALTER TABLE customers DROP COLUMN state_degraded;
ALTER TABLE customers DROP COLUMN state_down;
ALTER TABLE customers DROP COLUMN state_signed_off;
ALTER TABLE customers DROP COLUMN state_never_seen;
ALTER TABLE customers DROP COLUMN state_maintenance;
ALTER TABLE customers DROP COLUMN state_disabled;
