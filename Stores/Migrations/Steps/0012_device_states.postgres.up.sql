-- What is said of a device: its own heartbeat times (milliseconds; told is a longer timeout that it was told before),
-- since when it has its mode, until when and why; by when it has to be heard again once it is active; and the times of
-- its last transitions. A silo of the former version leaves these columns alone. None has a default: no row is
-- rewritten.
ALTER TABLE devices ADD COLUMN heartbeat_interval bigint NULL;
ALTER TABLE devices ADD COLUMN heartbeat_timeout bigint NULL;
ALTER TABLE devices ADD COLUMN heartbeat_timeout_told bigint NULL;
ALTER TABLE devices ADD COLUMN mode_since timestamptz NULL;
ALTER TABLE devices ADD COLUMN mode_until timestamptz NULL;
ALTER TABLE devices ADD COLUMN mode_note text NULL;
ALTER TABLE devices ADD COLUMN expected_by timestamptz NULL;
ALTER TABLE devices ADD COLUMN recent_transitions text NULL;
ALTER TABLE devices ADD COLUMN flapping_since timestamptz NULL;
