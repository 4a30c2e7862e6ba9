-- Devices have the installation's times again; a maintenance has no end.
ALTER TABLE devices DROP COLUMN heartbeat_interval;
ALTER TABLE devices DROP COLUMN heartbeat_timeout;
ALTER TABLE devices DROP COLUMN heartbeat_timeout_told;
ALTER TABLE devices DROP COLUMN mode_since;
ALTER TABLE devices DROP COLUMN mode_until;
ALTER TABLE devices DROP COLUMN mode_note;
ALTER TABLE devices DROP COLUMN expected_by;
ALTER TABLE devices DROP COLUMN recent_transitions;
ALTER TABLE devices DROP COLUMN flapping_since;
