ALTER TABLE customer_counts
    DROP COLUMN state_online,
    DROP COLUMN state_degraded,
    DROP COLUMN state_down,
    DROP COLUMN state_signed_off,
    DROP COLUMN state_never_seen,
    DROP COLUMN state_maintenance,
    DROP COLUMN state_disabled;
