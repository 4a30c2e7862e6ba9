-- The session that was issued and has not been used. It counts while its epoch is session_epoch, the highest ever
-- given: a silo of the former version leaves these columns alone and raises that.
ALTER TABLE devices ADD COLUMN next_session_id TEXT NULL;
ALTER TABLE devices ADD COLUMN next_session_epoch INTEGER NULL;
ALTER TABLE devices ADD COLUMN next_session_issued_at TEXT NULL;
