-- Which devices have a secret whose stored form does not last: an index of those alone, so that it costs nothing where
-- there are none.
CREATE INDEX IF NOT EXISTS devices_weak ON devices (device_id) WHERE substr(credential, 1, 12) = 'weak-sha256:';
